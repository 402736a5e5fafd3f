//! Imports: local paths, and those that are recognised only to be refused.

use dhall::syntax::{
    ExprKind, FilePath, FilePrefix, Hash, Import, ImportMode, ImportTarget, Scheme, URL,
};

use super::cursor::{Cursor, SyntaxError};
use super::tree::Node;

impl Cursor<'_> {
    /// Whether an import is next.
    pub(super) fn is_at_import(&self) -> bool {
        let rest = self.rest();
        self.is_at_path()
            || self.word() == "missing"
            || rest.starts_with("http://")
            || rest.starts_with("https://")
            || rest.strip_prefix("env:").is_some_and(|name| {
                name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_' || c == '"')
            })
    }

    /// Whether a local path is next: `./a`, `../a`, `~/a` or `/a`.
    pub(super) fn is_at_path(&self) -> bool {
        let rest = self.rest();
        let path = ["..", ".", "~", ""]
            .iter()
            .find_map(|prefix| rest.strip_prefix(prefix).filter(|r| r.starts_with('/')));
        path.and_then(|path| path.chars().nth(1))
            .is_some_and(|c| c == '"' || is_path_character(c))
    }

    /// Reads an import with its hash and mode.
    pub(super) fn import(&mut self) -> Result<Node, SyntaxError> {
        let start = self.at();
        let location = self.target()?;
        let mut end = self.at();
        self.space()?;
        let hash = self.hash()?;
        if hash.is_some() {
            end = self.at();
            self.space()?;
        }
        let mut mode = ImportMode::Code;
        if self.word() == "as" {
            self.need_word("as")?;
            mode = self.mode()?;
            end = self.at();
        }
        self.back_to(end);
        let import = Import {
            mode,
            location,
            hash,
        };
        Ok(Node::new(ExprKind::Import(import), self.span_from(start)))
    }

    fn mode(&mut self) -> Result<ImportMode, SyntaxError> {
        if self.eat_word("Text") {
            Ok(ImportMode::RawText)
        } else if self.eat_word("Location") {
            Ok(ImportMode::Location)
        } else {
            self.expected("`Text` or `Location`")
        }
    }

    fn hash(&mut self) -> Result<Option<Hash>, SyntaxError> {
        if !self.eat("sha256:") {
            return Ok(None);
        }
        let digits = self.take_while(|c| c.is_ascii_hexdigit());
        let bytes: Option<Vec<u8>> = (0..digits.len())
            .step_by(2)
            .map(|i| u8::from_str_radix(digits.get(i..i + 2)?, 16).ok())
            .collect();
        match bytes {
            Some(bytes) if bytes.len() == 32 => Ok(Some(Hash::SHA256(bytes.into()))),
            _ => self.refuse("a hash has 64 hexadecimal digits"),
        }
    }

    fn target(&mut self) -> Result<ImportTarget<Node>, SyntaxError> {
        if self.eat_word("missing") {
            return Ok(ImportTarget::Missing);
        }
        if self.eat("env:") {
            let name =
                self.take_while(|c| !c.is_whitespace() && !matches!(c, ')' | ',' | ']' | '}'));
            return Ok(ImportTarget::Env(name.to_owned()));
        }
        for (scheme, prefix) in [(Scheme::HTTPS, "https://"), (Scheme::HTTP, "http://")] {
            if self.eat(prefix) {
                return Ok(ImportTarget::Remote(self.address(scheme)));
            }
        }
        let prefix = if self.eat("..") {
            FilePrefix::Parent
        } else if self.eat(".") {
            FilePrefix::Here
        } else if self.eat("~") {
            FilePrefix::Home
        } else {
            FilePrefix::Absolute
        };
        let file_path = self.path()?;
        Ok(ImportTarget::Local(prefix, FilePath { file_path }))
    }

    /// A network address, which is refused later: only its text matters.
    fn address(&mut self, scheme: Scheme) -> URL<Node> {
        let text =
            self.take_while(|c| !c.is_whitespace() && !matches!(c, '(' | ')' | ',' | ']' | '}'));
        URL {
            scheme,
            authority: text.to_owned(),
            path: FilePath {
                file_path: Vec::new(),
            },
            query: None,
            headers: None,
        }
    }

    fn path(&mut self) -> Result<Vec<String>, SyntaxError> {
        let mut components = Vec::new();
        while self.peek() == Some('/')
            && self
                .peek_second()
                .is_some_and(|c| c == '"' || is_path_character(c))
        {
            self.take();
            if self.eat("\"") {
                let name = self.take_while(|c| !matches!(c, '"' | '/') && c >= ' ');
                self.need("\"")?;
                components.push(name.to_owned());
            } else {
                components.push(self.take_while(is_path_character).to_owned());
            }
        }
        Ok(components)
    }
}

fn is_path_character(character: char) -> bool {
    character.is_ascii_graphic()
        && !matches!(
            character,
            '"' | '#' | '(' | ')' | ',' | '/' | '<' | '>' | '?' | '[' | '\\' | ']' | '{' | '}'
        )
}
