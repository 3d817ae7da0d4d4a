//! From a `.proto` text to descriptors.

use super::known;
use crate::columns::UnusableSchema;
use base64_simd::STANDARD;
use prost_reflect::prost::Message as _;
use prost_reflect::prost_types::FileDescriptorProto;
use prost_reflect::{FileDescriptor, MessageDescriptor};
use protox::Compiler;
use protox::file::{ChainFileResolver, File, FileResolver, GoogleFileResolver};
use schema::{MessageRef, Reference, WriterSchema};

/// Deepest nesting of braces in a text; the parser recurses.
const MAX_DEPTH: usize = 100;

/// The descriptor of a schema's own file.
pub(super) fn file(schema: &WriterSchema) -> Result<FileDescriptor, UnusableSchema> {
    for text in schema.references.iter().map(|it| &it.text).chain([&schema.text]) {
        if depth(text) > MAX_DEPTH {
            return Err(UnusableSchema(format!("Protobuf schema is nested deeper than {MAX_DEPTH} levels")));
        }
    }
    // No import leads here: a schema's own path is not known to it.
    let mut name = "(schema).proto".to_owned();
    while schema.references.iter().any(|reference| reference.name == name) {
        name.insert(0, '_');
    }
    let mut files = schema.references.clone();
    files.push(Reference { name: name.clone(), text: schema.text.clone() });

    // What Google's own files say is fixed, and decides what their types mean; all others give way to references.
    let mut resolver = ChainFileResolver::new();
    resolver.add(GoogleFileResolver::new());
    resolver.add(Texts(files));
    resolver.add(Texts(known::files()));
    let mut compiler = Compiler::with_file_resolver(resolver);
    compiler.include_imports(true).open_file(&name).map_err(|error| {
        let place =
            error.file().filter(|file| *file != name).map_or(String::new(), |file| format!(" in `{file}`"));
        UnusableSchema(format!("Protobuf schema doesn't compile{place}: {error}"))
    })?;
    let file = compiler.descriptor_pool().get_file_by_name(&name);
    Ok(file.expect("the file that was compiled is in the pool"))
}

/// The type of a schema's messages.
pub(super) fn message(
    file: &FileDescriptor,
    message: &MessageRef,
) -> Result<MessageDescriptor, UnusableSchema> {
    match message {
        MessageRef::Path(path) => by_path(file, path),
        MessageRef::Sorted(index) => by_name(file, *index),
    }
}

fn by_path(file: &FileDescriptor, path: &[u32]) -> Result<MessageDescriptor, UnusableSchema> {
    let unknown = || UnusableSchema(format!("Protobuf schema has no message with the indexes {path:?}"));
    let mut messages: Vec<MessageDescriptor> = file.messages().collect();
    let mut found = None;
    for index in path {
        let message = usize::try_from(*index).ok().and_then(|index| messages.get(index)).cloned();
        let message = message.ok_or_else(unknown)?;
        // The entries of maps are messages that nobody wrote; Confluent's Java serializer doesn't count them.
        messages = message.child_messages().filter(|child| !child.is_map_entry()).collect();
        found = Some(message);
    }
    found.ok_or_else(unknown)
}

fn by_name(file: &FileDescriptor, index: u32) -> Result<MessageDescriptor, UnusableSchema> {
    let mut messages: Vec<MessageDescriptor> = file.messages().collect();
    let mut next = 0;
    while let Some(message) = messages.get(next) {
        // Here the entries of maps count: Glue's serializer takes all descriptors.
        messages.extend(message.child_messages().collect::<Vec<_>>());
        next += 1;
    }
    messages.sort_by(|a, b| a.full_name().cmp(b.full_name()));
    let message = usize::try_from(index).ok().and_then(|index| messages.get(index)).cloned();
    message.filter(|message| !message.is_map_entry()).ok_or_else(|| {
        let count = messages.len();
        UnusableSchema(format!(
            "Protobuf schema has no message with the index {index} among its {count} by name"
        ))
    })
}

/// Files by the paths that imports name.
struct Texts(Vec<Reference>);

impl FileResolver for Texts {
    fn open_file(&self, name: &str) -> Result<File, protox::Error> {
        match self.0.iter().find(|file| file.name == name) {
            Some(file) => match described(name, &file.text) {
                Some(descriptor) => Ok(File::from_file_descriptor_proto(descriptor)),
                None => File::from_source(name, &file.text),
            },
            None => Err(protox::Error::file_not_found(name)),
        }
    }
}

/// The descriptor in a text that is none of Protobuf's own but one of base64: Confluent's client for Python registers
/// that, and not every registry turns it into a `.proto` text. No `.proto` text is base64: each has a `;`.
fn described(name: &str, text: &str) -> Option<FileDescriptorProto> {
    let bytes = STANDARD.decode_to_vec(text).ok().filter(|bytes| !bytes.is_empty())?;
    let mut descriptor = FileDescriptorProto::decode(&*bytes).ok()?;
    // It has the name that its writer's compiler knew it by.
    descriptor.name = Some(name.to_owned());
    Some(descriptor)
}

/// How deep braces nest; those in comments and texts count, too, which no real schema will notice.
fn depth(text: &str) -> usize {
    let (mut depth, mut deepest) = (0usize, 0);
    for byte in text.bytes() {
        match byte {
            b'{' => depth += 1,
            b'}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        deepest = deepest.max(depth);
    }
    deepest
}
