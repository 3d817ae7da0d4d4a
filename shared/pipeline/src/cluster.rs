//! What `{cluster}` stands for.

use record::Source;

/// The name in an MSK cluster's ARN: `arn:aws:kafka:<region>:<account>:cluster/<name>/<uuid>`.
pub(crate) fn cluster_name(source: &Source) -> Option<&str> {
    let Source::Msk { cluster_arn: Some(arn) } = source else { return None };
    let mut resource = arn.splitn(6, ':').nth(5)?.split('/');
    let is_cluster = resource.next() == Some("cluster");
    resource.next().filter(|name| is_cluster && !name.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(arn: Option<&str>, expected: Option<&str>) {
        let source = Source::Msk { cluster_arn: arn.map(str::to_owned) };
        assert_eq!(cluster_name(&source), expected);
    }

    #[test]
    fn an_msk_cluster_is_called_by_the_name_in_its_arn() {
        check(
            Some("arn:aws:kafka:us-east-1:123456789012:cluster/vpc-2priv-2pub/751d2973-a626"),
            Some("vpc-2priv-2pub"),
        );
        check(Some("arn:aws:kafka:us-east-1:123456789012:topic/c/u/t"), None);
        check(Some("nonsense"), None);
        check(None, None);
        assert_eq!(cluster_name(&Source::SelfManaged), None);
    }
}
