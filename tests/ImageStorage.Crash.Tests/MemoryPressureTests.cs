namespace ImageStorage.Crash.Tests;

/// <summary>P5: a cache in a process with little memory, such as in a small container.</summary>
public sealed class MemoryPressureTests
{
    private const string Limit = "0x3000000";

    /// <summary>With the default budget, and with a budget larger than the heap.</summary>
    [TestCase]
    [TestCase("104857600")]
    public Task Cache_in_a_heap_of_48_MiB_fails_no_read_and_keeps_its_budget(params string[] budget) =>
        HarnessRun.AssertSoundWithAsync([("DOTNET_GCHeapHardLimit", Limit)], ["memory", .. budget]);
}
