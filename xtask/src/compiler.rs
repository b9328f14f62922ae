//! A compiler for the browser: cargo with the target that rustup brings or, where rustup can not, Debian's compiler, which
//! builds the target's standard library from its source.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::programs;
use crate::steps::{cargo, root, said};

/// What the page's engine is built for.
pub const TARGET: &str = "wasm32-unknown-unknown";
const FLAGS: &str = "CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS";
/// Two lanes at a time: every browser that is kept up has them.
const LANES: &str = "-C target-feature=+simd128";

/// The way to [`TARGET`].
pub enum Compiler {
    /// The compiler that builds everything else.
    Usual,
    /// Debian's, and the linker of the usual one, which Debian's has not.
    Debian { linker: PathBuf },
}

impl Compiler {
    /// The usual compiler if its target is there or can be added, else Debian's, installed where that is allowed.
    ///
    /// # Errors
    /// What neither way has.
    pub fn found() -> Result<Compiler, String> {
        if reaches(TARGET) {
            return Ok(Compiler::Usual);
        }
        let linker = linker().filter(|_| programs::for_debian_compiler()).ok_or_else(|| {
            format!(
                "there is no standard library for {TARGET}; expected `rustup target add {TARGET}`, or on Debian \
                 `apt-get install {}` beside a toolchain with rust-lld",
                programs::DEBIAN_COMPILER.join(" ")
            )
        })?;
        println!("   rustup has no {TARGET}: Debian's compiler builds it");
        Ok(Compiler::Debian { linker })
    }

    /// A call of cargo at the repository's root that builds for the browser.
    pub fn build(&self, arguments: &[&str]) -> Command {
        let arguments = [&["build", "--target", TARGET][..], arguments].concat();
        let Compiler::Debian { linker } = self else {
            let mut command = cargo(&arguments);
            command.env(FLAGS, LANES);
            return command;
        };
        let mut command = Command::new("/usr/bin/cargo");
        command.args(arguments).arg("-Zbuild-std=std,panic_abort").current_dir(root());
        // To build a standard library is not yet a stable wish, and the compiler of a release hears it only so.
        command.env("RUSTC_BOOTSTRAP", "1").env("RUSTC", "/usr/bin/rustc").env(FLAGS, LANES);
        command.env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER", linker);
        command
    }
}

/// Whether the usual compiler has a standard library for this target, or rustup adds it.
pub fn reaches(target: &str) -> bool {
    let library = printed(&["--print", "target-libdir", "--target", target]);
    library.is_some_and(|folder| Path::new(&folder).is_dir())
        || said(Command::new("rustup").args(["--quiet", "target", "add", target])).is_ok()
}

/// The linker beside the usual compiler.
fn linker() -> Option<PathBuf> {
    let version = printed(&["-vV"])?;
    let host = version.lines().find_map(|line| line.strip_prefix("host: "))?;
    let linker = Path::new(&printed(&["--print", "sysroot"])?).join("lib/rustlib").join(host).join("bin/rust-lld");
    linker.is_file().then_some(linker)
}

fn printed(arguments: &[&str]) -> Option<String> {
    Some(said(Command::new("rustc").args(arguments)).ok()?.trim().to_owned())
}
