//! The contract of stores, against the store in memory.

use crate::script::now;
use delivery::memory::MemoryStore;

#[test]
fn the_store_in_memory_holds_the_contract() {
    let store = MemoryStore::default();
    let standing = now(delivery::contract::hold(&store, "contract/"));
    let objects = store.objects();
    assert_eq!(objects.len(), standing.len());
    for object in standing {
        assert_eq!(objects[&object.key].body, object.body, "{}", object.key);
    }
}
