//! `septum build`.

use std::collections::BTreeSet;
use std::fs;

use septum::trace::describe::duration;
use septum_core::templates::TEMPLATES;
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::septum::Desk;

fn sha256_hex(bytes: &[u8]) -> String {
    let digest = Sha256::digest(bytes);
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[test]
fn a_design_gives_the_same_image_in_every_folder() {
    for template in TEMPLATES {
        let images = ["here", "somewhere/else/entirely"].map(|name| {
            let desk = Desk::with(template.name, name);
            let system = format!("{name}/system.dhall");
            desk.run(["build", &system, "-o", "image"]).good();
            fs::read(desk.path("image")).unwrap()
        });
        assert_eq!(sha256_hex(&images[0]), sha256_hex(&images[1]));
        assert!(images[0].starts_with(b"\x7fELF"));
    }
}

#[test]
fn another_design_gives_another_image() {
    let desk = Desk::with("ping-pong", "a");
    desk.run(["build", "a/system.dhall", "-o", "before"]).good();
    desk.change("a/system.dhall", "Septum.us 20", "Septum.us 21");
    desk.run(["build", "a/system.dhall", "-o", "after"]).good();
    let read = |name: &str| fs::read(desk.path(name)).unwrap();
    assert_ne!(read("before"), read("after"));
}

#[test]
fn the_json_report_is_true() {
    let desk = Desk::with("sensor-pipeline", "a");
    let build = ["build", "a/system.dhall", "-o", "image", "--format", "json"];
    let report: Value = serde_json::from_str(&desk.run(build).good()).unwrap();
    let image = fs::read(desk.path("image")).unwrap();
    assert_eq!(report["elf_bytes"], image.len());
    assert_eq!(report["sha256"], sha256_hex(&image));
    assert_eq!(
        report["pad_ns"],
        report["pad_ticks"].as_u64().unwrap() * 100
    );
    assert!(report["pmp_entries"].as_u64().unwrap() > 0);
    let [longest, opening, pad] =
        ["longest_path", "opening_path", "pad_ns"].map(|it| report[it].as_u64().unwrap());
    // An instruction takes a nanosecond.
    assert!(longest > 100 && opening > 100 && longest + opening <= pad);

    let regions = report["regions"].as_array().unwrap();
    let number = |region: &Value, field: &str| region[field].as_u64().unwrap();
    let mut end = 0x8000_0000;
    for region in regions {
        assert!(
            number(region, "base") >= end,
            "{region} overlaps the one before"
        );
        end = number(region, "base") + number(region, "size_bytes");
    }
    let sum = |wanted: &dyn Fn(&str) -> bool| -> u64 {
        let regions = regions.iter();
        let regions = regions.filter(|region| wanted(region["name"].as_str().unwrap()));
        regions.map(|region| number(region, "size_bytes")).sum()
    };
    assert_eq!(report["ram_bytes"], sum(&|_| true));
    assert_eq!(report["kernel_bytes"], sum(&|name| name == "kernel.code"));
    let names: BTreeSet<&str> = regions.iter().filter_map(|r| r["name"].as_str()).collect();
    assert_eq!(names.len(), regions.len(), "names are unique");
    assert!(names.contains("driver/stack"), "{names:?}");
}

#[test]
fn the_text_report_says_the_same_as_the_json_report() {
    let desk = Desk::with("ping-pong", "a");
    let build = ["build", "a/system.dhall", "-o", "image", "--format"];
    let report = |format| desk.run(build.into_iter().chain([format])).good();
    let json: Value = serde_json::from_str(&report("json")).unwrap();
    let left_out = json["left_out_functions"].as_array().unwrap();
    let left_out: Vec<&str> = left_out.iter().map(|it| it.as_str().unwrap()).collect();
    assert!(left_out.contains(&"call_signal") && !left_out.contains(&"call_send"));
    let text = report("text");
    let left_out = json["left_out_functions"].as_array().unwrap().iter();
    let left_out: Vec<&str> = left_out.map(|name| name.as_str().unwrap()).collect();
    let mut expected = format!(
        "image: {} bytes\n\
         SHA-256      {}\n\
         kernel       {} bytes\n\
         left out     {} bytes of it: {}\n\
         RAM in use   {} bytes\n\
         PMP entries  {}\n\
         window pad   {} ({} ticks) before the first user instruction\n\
         longest path {} instructions of the kernel until it looks at what is due, {} from there \
         to the wait in a pad\n\
         \n     address     bytes  region\n",
        json["elf_bytes"],
        json["sha256"].as_str().unwrap(),
        json["kernel_bytes"],
        json["left_out_bytes"],
        left_out.join(", "),
        json["ram_bytes"],
        json["pmp_entries"],
        duration(json["pad_ns"].as_u64().unwrap()),
        json["pad_ticks"],
        json["longest_path"],
        json["opening_path"]
    );
    for region in json["regions"].as_array().unwrap() {
        let base = format!("{:#x}", region["base"].as_u64().unwrap());
        let bytes = region["size_bytes"].to_string();
        let name = region["name"].as_str().unwrap();
        expected += &format!("{base:>12} {bytes:>9}  {name}\n");
    }
    assert_eq!(text, expected);
}

/// A starter system on a machine without an MMU.
fn without_mmu() -> Desk {
    let desk = Desk::with("sensor-pipeline", "a");
    let name = ", name = \"sensor-pipeline\"";
    let machine = format!("{name}\n    , machine = Septum.qemu-virt-pmp");
    desk.change("a/system.dhall", name, &machine);
    desk
}

#[test]
fn the_report_says_what_pmp_alone_takes() {
    let desk = without_mmu();
    let build = ["build", "a/system.dhall", "-o", "image", "--format", "json"];
    let report: Value = serde_json::from_str(&desk.run(build).good()).unwrap();
    let number = |value: &Value, field: &str| value[field].as_u64().unwrap();
    let size = |name: &str| {
        let mut regions = report["regions"].as_array().unwrap().iter();
        regions
            .find(|it| it["name"] == name)
            .map_or(0, |it| number(it, "size_bytes"))
    };
    let isolation = &report["isolation"];
    let mut most = 0;
    for partition in isolation["partitions"].as_array().unwrap() {
        let entries = number(partition, "entries");
        assert_eq!(entries + number(partition, "free_entries"), 16);
        most = most.max(entries);
        let mut wasted = 0;
        for range in partition["ranges"].as_array().unwrap() {
            let names = range["names"].as_array().unwrap().iter();
            let used: u64 = names
                .map(|name| match name.as_str().unwrap() {
                    "uart" => 0x100,
                    name => size(name),
                })
                .sum();
            assert!(used > 0);
            assert_eq!(
                number(range, "size_bytes"),
                used + number(range, "wasted_bytes")
            );
            wasted += number(range, "wasted_bytes");
        }
        assert_eq!(number(partition, "wasted_bytes"), wasted);
    }
    let switched = number(isolation, "rewritten_entries") + number(isolation, "resident_entries");
    assert_eq!(switched, most);
}

#[test]
fn pmp_alone_is_told_by_build_and_by_check() {
    let desk = without_mmu();
    let built = desk.run(["build", "a/system.dhall", "-o", "image"]).good();
    let checked = desk.run(["check", "a/system.dhall"]).good();
    let about = |text: &str| {
        text.split_once("PMP alone isolates")
            .map(|(_, it)| it.to_owned())
    };
    assert_eq!(about(&built), about(&checked));
    let told = about(&checked).expect("there is no MMU");
    assert!(
        told.starts_with(
            ": a switch rewrites 5 entries, 0 stay. Ranges that touch take one each,\n"
        ),
        "{told}"
    );
    assert!(told.contains("driver: 5 entries, 11 free, "), "{told}");
    let with_mmu = Desk::with("ping-pong", "a");
    let silent = with_mmu.run(["check", "a/system.dhall"]).good();
    assert_eq!(about(&silent), None);
}

#[test]
fn a_design_with_errors_leaves_the_old_image_alone() {
    let desk = Desk::with("ping-pong", "a");
    desk.write("image", "an older image");
    desk.change("a/system.dhall", "[ \"ping\" ]", "[ \"pong\" ]");
    let ended = desk.run(["build", "a/system.dhall", "-o", "image"]);
    assert_eq!((ended.code, ended.stdout.as_str()), (Some(1), ""));
    assert!(
        ended
            .stderr
            .starts_with("error[S0152]: `ping` is in no window")
    );
    assert!(ended.stderr.ends_with("a/system.dhall: 1 error\n"));
    assert_eq!(fs::read(desk.path("image")).unwrap(), b"an older image");
    assert_eq!(desk.names(""), ["a", "image"]);
}

#[test]
fn warnings_are_told_beside_the_report() {
    let desk = Desk::with("ping-pong", "a");
    desk.change(
        "a/system.dhall",
        "\"ping \"",
        "\"a text that is longer than the messages\"",
    );
    let ended = desk.run(["build", "a/system.dhall", "-o", "image"]);
    assert_eq!(ended.code, Some(0));
    assert!(ended.stdout.starts_with("image: "));
    assert!(ended.stderr.starts_with("warning[S0164]: "), "{ended:?}");
    assert!(
        ended.stderr.ends_with("a/system.dhall: 1 warning\n"),
        "{ended:?}"
    );
}

#[test]
fn an_image_that_cannot_be_written_is_a_sentence_and_leaves_nothing() {
    let desk = Desk::with("ping-pong", "a");
    desk.write("folder/file", "");
    for (output, reason) in [
        ("nowhere/image", "No such file or directory"),
        ("folder", "Is a directory"),
        ("folder/file/image", "Not a directory"),
    ] {
        let error = desk
            .run(["build", "a/system.dhall", "-o", output])
            .impossible();
        let expected = format!("septum: cannot write {output}: {reason} (os error ");
        assert!(error.starts_with(&expected), "{error}");
    }
    assert_eq!(desk.names(""), ["a", "folder"]);
    assert_eq!(desk.names("folder"), ["file"]);
}

#[test]
fn an_image_never_takes_the_place_of_its_design() {
    let desk = Desk::with("ping-pong", "a");
    let before = fs::read(desk.path("a/system.dhall")).unwrap();
    let error = desk
        .run(["build", "a/system.dhall", "-o", "a/../a/system.dhall"])
        .impossible();
    assert!(
        error.starts_with("septum: the image would overwrite the design, "),
        "{error}"
    );
    assert_eq!(fs::read(desk.path("a/system.dhall")).unwrap(), before);
}

#[test]
fn an_image_takes_the_place_of_images_only() {
    let desk = Desk::with("sensor-pipeline", "a");
    let program = include_bytes!("../../../assets/uart-driver.elf");
    desk.write("program.elf", program);
    for path in ["a/septum/package.dhall", "program.elf"] {
        let before = fs::read(desk.path(path)).unwrap();
        let error = desk
            .run(["build", "a/system.dhall", "-o", path])
            .impossible();
        let expected = format!("septum: the image would overwrite {path}, which is no image");
        assert!(error.starts_with(&expected), "{error}");
        assert_eq!(fs::read(desk.path(path)).unwrap(), before);
    }
    for _ in 0..2 {
        desk.run(["build", "a/system.dhall", "-o", "image"]).good();
    }
}
