using ImageStorage.Testing;
using ImageStorage.Transactions.Tests.Running;
using ImageStorage.Transactions.Tests.Stores;

namespace ImageStorage.Transactions.Tests.Crashes;

/// <summary>A store with some images, transactions of 1 to 10 steps of all kinds, and copies and moves alone.</summary>
internal static class Scenario
{
    public const int MostSteps = 10;

    private static readonly (string Key, byte[] Bytes)[] Before =
    [
        ("old/b.png", SampleImages.OfLength(250, 1)), ("old/c.png", SampleImages.OfLength(260, 2)), ("old/d.png", SampleImages.OfLength(270, 3)), ("old/e.png", SampleImages.OfLength(700_000, 4)),
        ("old/z.png", SampleImages.OfLength(280, 5)), ("old/x.png", SampleImages.OfLength(290, 6)), ("old/y.png", SampleImages.OfLength(310, 7)), ("old/v.png", SampleImages.OfLength(500_000, 8)),
    ];

    private static readonly TransactionStep[] All =
    [
        Save("new/a.png", 300, 11),
        Save("old/b.png", 400, 12, new SaveOptions { Tags = ["fresh"], FileName = "b.png" }),
        new DeleteStep("old/c.png"),
        new UpdateStep("old/d.png", new ImageUpdate { Tags = ["changed"], Metadata = new Dictionary<string, string> { ["k"] = "v" } }),
        new AppendStep(new HistoryEntry { Mode = "generate", Keys = ["new/a.png", "old/b.png"] }),
        new ActionStep("ledger", "row-1"),
        Save("old/e.png", 300_000, 13),
        new DeleteStep("old/none.png"),
        new MoveStep("old/x.png", "old/y.png"),
        new CopyStep("old/z.png", "new/z.png"),
        Save("new/f/g.png", 600_000, 14, new SaveOptions { Metadata = new Dictionary<string, string> { ["n"] = "m" } }),
        new ActionStep("ledger", "row-2"),
        new MoveStep("old/v.png", "new/v.png", new CopyOptions { Precondition = IfNoneMatch.Any }),
    ];

    /// <summary>Gets the copies and moves alone, by their names.</summary>
    public static IReadOnlyDictionary<string, Func<TestProcess, Task>> Alone { get; } = new Dictionary<string, Func<TestProcess, Task>>(StringComparer.Ordinal)
    {
        ["copy"] = process => process.Storage.CopyAsync("old/z.png", "new/z.png"),
        ["copy over an image"] = process => process.Storage.CopyAsync("old/z.png", "old/b.png"),
        ["copy of a large image"] = process => process.Storage.CopyAsync("old/e.png", "new/e.png", new CopyOptions { Precondition = IfNoneMatch.Any }),
        ["move"] = process => process.Storage.MoveAsync("old/z.png", "new/z.png"),
        ["move over an image"] = process => process.Storage.MoveAsync("old/z.png", "old/b.png"),
        ["move of a large image"] = process => process.Storage.MoveAsync("old/e.png", "new/e.png", new CopyOptions { Precondition = IfNoneMatch.Any }),
    };

    /// <summary>Returns a transaction of this many steps; each number starts with another kind.</summary>
    public static IReadOnlyList<TransactionStep> Steps(int count) => [.. Enumerable.Range(count, count).Select(index => All[index % All.Length])];

    public static async Task PrepareAsync(TestStore store, TestClock clock, Ledger ledger)
    {
        await using var process = new TestProcess(store, clock, ledger);
        foreach (var (key, bytes) in Before)
        {
            await process.Storage.SaveBytesAsync(key, bytes, new SaveOptions { Tags = ["old"] });
            clock.Advance(TimeSpan.FromSeconds(1));
        }

        await process.History.AppendAsync(new HistoryEntry { Mode = "before" });
        clock.Advance(TimeSpan.FromSeconds(1));
    }

    /// <summary>
    /// Runs a transaction without a fault. Returns the number of its moments, and the state of the store after it.
    /// </summary>
    public static Task<(int Moments, string After)> RunWholeAsync(Type kind, int steps, TransactionOptions options) => RunWholeAsync(kind, async process =>
    {
        var result = await process.Transactions.ExecuteAsync(Steps(steps), options);
        Assert.That(result.Steps.Select(step => step.Status), Is.All.EqualTo(TransactionStepStatus.Done));
    });

    /// <summary>
    /// Makes changes without a fault. Returns the number of their moments, and the state of the store after them.
    /// </summary>
    public static async Task<(int Moments, string After)> RunWholeAsync(Type kind, Func<TestProcess, Task> run)
    {
        var (clock, ledger) = (new TestClock(), new Ledger());
        await using var store = (TestStore)Activator.CreateInstance(kind)!;
        await PrepareAsync(store, clock, ledger);
        int moments;
        await using (var process = new TestProcess(store, clock, ledger))
        {
            await run(process);
            moments = process.Moments.Count;
        }

        return (moments, (await RecoverAsync(store, clock, ledger, "without a fault")).Alike);
    }

    /// <summary>
    /// Recovers the store with another process, as soon as the previous process is certainly dead. Returns the state of
    /// the store.
    /// </summary>
    public static async Task<(string Exact, string Alike)> RecoverAsync(TestStore store, TestClock clock, Ledger ledger, string what)
    {
        await using var process = new TestProcess(store, clock, ledger);
        await process.Transactions.RecoverAsync();
        clock.Advance(TimeSpan.FromSeconds(31));
        var recovered = await process.Transactions.RecoverAsync();
        Assert.That((recovered.InDoubt, recovered.Active, recovered.Unreadable), Is.EqualTo((0, 0, 0)), $"The recovery did not end: {what}");
        await StoreState.AssertTidyAsync(process, what);
        return (await StoreState.DescribeAsync(process), await StoreState.DescribeAsync(process, exactly: false));
    }

    private static SaveStep Save(string key, int length, int seed, SaveOptions? options = null)
    {
        var bytes = SampleImages.OfLength(length, seed);
        return new(new SaveRequest(key, _ => ValueTask.FromResult<Stream>(new MemoryStream(bytes)), options));
    }
}
