//! What DuckDB's program is told on its standard input.

use catalog::CURRENT_SUFFIX;
use std::fmt;

/// What DuckDB's program is told.
pub(super) struct Script<'a> {
    /// How to ask S3; none where the objects stand elsewhere.
    pub(super) secret: Option<Secret<'a>>,
    /// The statements that make the views; the last is what is asked where there is no query.
    pub(super) views: &'a [String],
    /// How rows are written.
    pub(super) mode: &'static str,
    /// What is asked.
    pub(super) query: Option<&'a str>,
    /// The first view's name; another is that of the rows as they are now.
    pub(super) table: &'a str,
}

/// How to ask S3.
pub(super) struct Secret<'a> {
    pub(super) region: &'a str,
    /// None: AWS's.
    pub(super) endpoint: Option<&'a str>,
    pub(super) is_path_style: bool,
    /// Which variables hold credentials; none where DuckDB has to look for them itself.
    pub(super) variables: Vec<&'a str>,
}

impl fmt::Display for Script<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // What statements without rows say of themselves is no part of the answer.
        writeln!(f, ".mode trash")?;
        if let Some(secret) = &self.secret {
            writeln!(f, "{secret};")?;
        }
        for view in self.views {
            writeln!(f, "{view};")?;
        }
        writeln!(f, ".mode {}", self.mode)?;
        match self.query {
            // It may end with a comment.
            Some(query) => writeln!(f, "{query}\n;"),
            None => {
                let suffix = if self.views.len() > 1 { CURRENT_SUFFIX } else { "" };
                let view = format!("{}{suffix}", self.table).replace('"', "\"\"");
                writeln!(f, "SELECT * FROM \"{view}\";")
            }
        }
    }
}

impl fmt::Display for Secret<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CREATE SECRET (TYPE s3, REGION {}", literal(self.region))?;
        if self.variables.is_empty() {
            write!(f, ", PROVIDER credential_chain")?;
        }
        for variable in &self.variables {
            // DuckDB shows a statement that fails, so that no secret may stand in one.
            let name = match *variable {
                "AWS_ACCESS_KEY_ID" => "KEY_ID",
                "AWS_SECRET_ACCESS_KEY" => "SECRET",
                _ => "SESSION_TOKEN",
            };
            write!(f, ", {name} getenv({})", literal(variable))?;
        }
        if let Some(endpoint) = self.endpoint {
            let host = endpoint.split_once("://").map_or(endpoint, |(_, host)| host).trim_end_matches('/');
            write!(f, ", ENDPOINT {}, USE_SSL {}", literal(host), !endpoint.starts_with("http://"))?;
        }
        if self.is_path_style {
            write!(f, ", URL_STYLE 'path'")?;
        }
        write!(f, ")")
    }
}

fn literal(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn script<'a>(secret: Option<Secret<'a>>, query: Option<&'a str>, views: &'a [String]) -> String {
        Script { secret, views, mode: "csv", query, table: "a\"b" }.to_string()
    }

    #[test]
    fn no_secret_stands_in_the_script() {
        let secret = Secret {
            region: "eu-west-1",
            endpoint: Some("http://localhost:9000/"),
            is_path_style: true,
            variables: vec!["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"],
        };
        assert_eq!(
            secret.to_string(),
            "CREATE SECRET (TYPE s3, REGION 'eu-west-1', KEY_ID getenv('AWS_ACCESS_KEY_ID'), \
             SECRET getenv('AWS_SECRET_ACCESS_KEY'), SESSION_TOKEN getenv('AWS_SESSION_TOKEN'), \
             ENDPOINT 'localhost:9000', USE_SSL false, URL_STYLE 'path')"
        );
    }

    #[test]
    fn without_credentials_duckdb_looks_for_them() {
        let secret = Secret {
            region: "it's",
            endpoint: Some("https://s3"),
            is_path_style: false,
            variables: Vec::new(),
        };
        let expected = "CREATE SECRET (TYPE s3, REGION 'it''s', PROVIDER credential_chain, ENDPOINT 's3', \
                        USE_SSL true)";
        assert_eq!(secret.to_string(), expected);
    }

    #[test]
    fn what_is_asked_is_the_query_or_else_the_last_view() {
        let views = ["VIEW 1".to_owned(), "VIEW 2".to_owned()];
        let both = ".mode trash\nVIEW 1;\nVIEW 2;\n.mode csv\nSELECT * FROM \"a\"\"b_current\";\n";
        assert_eq!(script(None, None, &views), both);
        let one = ".mode trash\nVIEW 1;\n.mode csv\nSELECT * FROM \"a\"\"b\";\n";
        assert_eq!(script(None, None, &views[..1]), one);
        let asked = ".mode trash\nVIEW 1;\n.mode csv\nSELECT 1 -- one\n;\n";
        assert_eq!(script(None, Some("SELECT 1 -- one"), &views[..1]), asked);
    }
}
