//! Messages of Protobuf by their names.

use anyhow::{Context as _, bail};
use protox::file::File;
use schema::MessageRef;

/// Finds a message in a `.proto` file by its full name, with or without the package; none is the file's first.
pub(super) fn message(file: &str, text: &str, name: Option<&str>) -> anyhow::Result<MessageRef> {
    let Some(name) = name else { return Ok(MessageRef::Path(vec![0])) };
    let parsed = File::from_source(file, text).with_context(|| format!("{file} is no Protobuf file"))?;
    let parsed = parsed.file_descriptor_proto();
    let package = parsed.package();
    let within = match name.strip_prefix(package).and_then(|rest| rest.strip_prefix('.')) {
        Some(within) if !package.is_empty() => within,
        _ => name.trim_start_matches('.'),
    };
    let mut messages: Vec<_> = parsed.message_type.iter().collect();
    let mut path = Vec::new();
    for segment in within.split('.') {
        let Some(index) = messages.iter().position(|message| message.name() == segment) else {
            let known: Vec<&str> = messages.iter().map(|message| message.name()).collect();
            bail!("{file} has no message {name}; expected one of {}", known.join(", "));
        };
        path.push(u32::try_from(index).context("a file has not so many messages")?);
        // The entries of maps are messages that nobody wrote, and that have no index.
        let nested = messages[index].nested_type.iter();
        messages = nested
            .filter(|message| message.options.as_ref().is_none_or(|options| options.map_entry != Some(true)))
            .collect();
    }
    Ok(MessageRef::Path(path))
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = "syntax = 'proto3'; package shop.v1; import 'money.proto';
        message Order { map<string, string> tags = 2; message Line { string sku = 1; } repeated Line lines = 1; }
        message Refund { string id = 1; }";

    #[track_caller]
    fn check(name: Option<&str>, expected: &[u32]) {
        assert_eq!(message("shop.proto", FILE, name).unwrap(), MessageRef::Path(expected.to_vec()));
    }

    #[test]
    fn a_message_is_found_by_its_name_with_or_without_the_package() {
        check(None, &[0]);
        check(Some("Order"), &[0]);
        check(Some("shop.v1.Refund"), &[1]);
        check(Some("shop.v1.Order.Line"), &[0, 0]);
        check(Some("Order.Line"), &[0, 0]);
    }

    #[test]
    fn a_message_that_there_isnt_is_named_beside_those_that_there_are() {
        let error = message("shop.proto", FILE, Some("Cart")).unwrap_err().to_string();
        assert_eq!(error, "shop.proto has no message Cart; expected one of Order, Refund");
    }
}
