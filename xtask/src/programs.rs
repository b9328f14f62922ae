//! Programs that cargo does not bring: Node.js for the page, a browser for its tests, a compiler where rustup can not. Debian's
//! packages bring what is missing.

use std::path::Path;
use std::process::{Command, Stdio};

/// A program and the package that brings it.
struct Program {
    names: &'static [&'static str],
    package: &'static str,
}

const NODE: Program = Program { names: &["node"], package: "nodejs" };
const NPM: Program = Program { names: &["npm"], package: "npm" };
const CHROMIUM: Program = Program { names: &["chromium", "chromium-browser", "google-chrome"], package: "chromium" };

/// Packages with Debian's compiler, its cargo, and the source of the standard library.
pub const DEBIAN_COMPILER: [&str; 3] = ["rustc-web", "cargo-web", "rust-web-src"];

/// Makes sure that the page can be built. False if it can not: a program is missing, and nobody here may install it.
pub fn for_building() -> bool {
    have(&[NODE, NPM])
}

/// Makes sure that the page can be tried in a browser.
pub fn for_browsing() -> bool {
    have(&[NODE, NPM, CHROMIUM])
}

/// Makes sure that Debian's compiler is there with the source of its standard library.
pub fn for_debian_compiler() -> bool {
    let there = || Path::new("/usr/lib/rustlib/src/rust/library").is_dir() && Path::new("/usr/bin/cargo").exists();
    there() || (install(&DEBIAN_COMPILER) && there())
}

fn have(programs: &[Program]) -> bool {
    let missing: Vec<&Program> = programs.iter().filter(|program| !there(program)).collect();
    if missing.is_empty() {
        return true;
    }
    let packages: Vec<&str> = missing.iter().map(|program| program.package).collect();
    if install(&packages) && missing.iter().all(|program| there(program)) {
        return true;
    }
    println!("   it needs {}: `apt-get install {}`", packages.join(" and "), packages.join(" "));
    false
}

fn there(program: &Program) -> bool {
    let runs = |name: &&str| quiet(Command::new(name).arg("--version"));
    program.names.iter().any(runs)
}

/// Debian's packages, where this is Debian and whoever asks is its administrator.
fn install(packages: &[&str]) -> bool {
    if !Path::new("/etc/debian_version").exists() || !is_administrator() {
        return false;
    }
    println!("   installing {}", packages.join(", "));
    let apt = |arguments: &[&str]| {
        let mut command = Command::new("apt-get");
        quiet(command.args(arguments).env("DEBIAN_FRONTEND", "noninteractive"))
    };
    // Nothing that is there gives way: Debian's compilers exclude each other.
    let wanted = [&["install", "--yes", "--no-remove", "--no-install-recommends"][..], packages].concat();
    // The list of packages may be old, or not there at all.
    apt(&wanted) || (apt(&["update"]) && apt(&wanted))
}

fn is_administrator() -> bool {
    let output = Command::new("id").arg("-u").output();
    output.is_ok_and(|output| output.stdout.starts_with(b"0\n"))
}

fn quiet(command: &mut Command) -> bool {
    let status = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).status();
    status.is_ok_and(|status| status.success())
}
