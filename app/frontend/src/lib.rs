//! The app as a wasm module. Empty for other targets.

/// Hydrates the page. The page's script calls this after loading the module.
#[cfg(target_arch = "wasm32")]
#[wasm_bindgen::prelude::wasm_bindgen]
pub fn hydrate() {
    app::hydrate();
}
