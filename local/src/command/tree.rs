//! Objects as a tree.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::Path;

/// How many entries of a directory are shown; of more, the first and the last ones.
const SHOWN: usize = 6;

/// The sizes of the objects in a folder, by key.
pub(crate) fn objects(bucket: &Path) -> io::Result<BTreeMap<String, u64>> {
    let mut objects = BTreeMap::new();
    let mut folders = vec![bucket.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder)? {
            let (path, metadata) = entry.and_then(|entry| Ok((entry.path(), entry.metadata()?)))?;
            if metadata.is_dir() {
                folders.push(path);
            } else if let Ok(key) = path.strip_prefix(bucket) {
                objects.insert(key.to_string_lossy().into_owned(), metadata.len());
            }
        }
    }
    Ok(objects)
}

/// Draws keys and their sizes as lines; long directories are cut in the middle.
pub(crate) fn draw(objects: &BTreeMap<String, u64>) -> Vec<String> {
    let mut lines = Vec::new();
    let keys: Vec<_> = objects.iter().map(|(key, bytes)| (key.as_str(), *bytes)).collect();
    draw_directory(&keys, "", &mut lines);
    lines
}

fn draw_directory(keys: &[(&str, u64)], indent: &str, lines: &mut Vec<String>) {
    // Keys are sorted, but `a.b` may stand between `a/1` and `a/2`: names are grouped here.
    let mut entries: BTreeMap<(&str, bool), Vec<(&str, u64)>> = BTreeMap::new();
    for (key, bytes) in keys {
        match key.split_once('/') {
            Some((directory, rest)) => entries.entry((directory, true)).or_default().push((rest, *bytes)),
            None => entries.entry((key, false)).or_default().push(("", *bytes)),
        }
    }
    let total = entries.len();
    let hidden = if total > SHOWN + 1 { SHOWN / 2..total - SHOWN / 2 } else { 0..0 };
    for (index, ((name, is_directory), below)) in entries.into_iter().enumerate() {
        let last = index + 1 == total;
        let (branch, deeper) = if last { ("└─ ", "   ") } else { ("├─ ", "│  ") };
        if hidden.contains(&index) {
            if index == hidden.start {
                lines.push(format!("{indent}│  … {} more", hidden.len()));
            }
            continue;
        }
        if is_directory {
            lines.push(format!("{indent}{branch}{name}/"));
            draw_directory(&below, &format!("{indent}{deeper}"), lines);
        } else {
            let bytes: u64 = below.iter().map(|(_, bytes)| bytes).sum();
            lines.push(format!("{indent}{branch}{name}  {}", size(bytes)));
        }
    }
}

/// Writes a size as people say it.
pub(crate) fn size(bytes: u64) -> String {
    match bytes {
        0..1_000 => format!("{bytes} B"),
        1_000..1_000_000 => format!("{:.1} kB", bytes as f64 / 1e3),
        _ => format!("{:.1} MB", bytes as f64 / 1e6),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(keys: &[&str], expected: &[&str]) {
        let objects = keys.iter().map(|key| ((*key).to_owned(), key.len() as u64 * 100)).collect();
        assert_eq!(draw(&objects), expected);
    }

    #[test]
    fn directories_hold_their_objects() {
        check(
            &["t/a/1", "t/a/2", "t/a.b", "t/c", "u"],
            &[
                "├─ t/",
                "│  ├─ a/",
                "│  │  ├─ 1  500 B",
                "│  │  └─ 2  500 B",
                "│  ├─ a.b  500 B",
                "│  └─ c  300 B",
                "└─ u  100 B",
            ],
        );
    }

    #[test]
    fn long_directories_are_cut_in_the_middle() {
        check(
            &["01", "02", "03", "04", "05", "06", "07", "08"],
            &[
                "├─ 01  200 B",
                "├─ 02  200 B",
                "├─ 03  200 B",
                "│  … 2 more",
                "├─ 06  200 B",
                "├─ 07  200 B",
                "└─ 08  200 B",
            ],
        );
    }

    #[test]
    fn sizes_are_short() {
        assert_eq!([0, 999, 1_000, 1_234_567].map(size), ["0 B", "999 B", "1.0 kB", "1.2 MB"]);
    }
}
