//! Programs that are built anew while the designer is open.

use std::fs;

use crate::home::{Home, SMALL};

#[test]
fn a_program_that_is_built_anew_is_read_again() {
    let home = Home::new();
    let spec = home.starter("sensor-pipeline");
    let file = spec.with_file_name("programs/uart-driver.elf");
    let driver = fs::read(&file).expect("a program");
    let mut designer = home.designer(&[&spec], SMALL);
    designer.see(&["no problems"]);
    fs::write(&file, "no program").expect("a file");
    designer.see(&["is not an ELF file", "1 error"]);
    fs::write(&file, &driver).expect("a file");
    designer.see(&["no problems"]);
    fs::remove_file(&file).expect("a file");
    designer.see(&["S0170", "1 error"]);
    fs::write(&file, &driver).expect("a file");
    designer.see(&["no problems"]).keys("F5").see(&["paused"]);
    designer.keys("q").end_well();
}
