using ImageStorage.Providers;
using ImageStorage.Testing;
using ImageStorage.Transactions.Tests.Running;
using ImageStorage.Transactions.Tests.Stores;

namespace ImageStorage.Transactions.Tests;

/// <summary>A recovery drops unused retained versions of transactions, and never those of another owner.</summary>
[TestFixture(typeof(KeepingMemoryStore))]
[TestFixture(typeof(FolderStore))]
[TestFixture(typeof(HybridFoldersStore))]
[TestFixture(typeof(MirrorFoldersStore))]
[TestFixture(typeof(DatabaseStore))]
internal sealed class RetainedVersionOwnerTests(Type kind)
{
    [Test]
    public async Task Recovery_drops_unused_versions_of_transactions_only()
    {
        var clock = new TestClock();
        await using var store = (TestStore)Activator.CreateInstance(kind)!;
        await using var process = new TestProcess(store, clock);
        var info = await process.Storage.SaveBytesAsync("a.png", SampleImages.OfLength(300, 1));
        var keeper = process.Provider.GetAbility<IVersionKeeper>()!;
        var transaction = new string('a', 32);
        string[] others = ["aa-1", $"bin-{transaction}-0", "quarantine-1", "tw-1", $"txa-{transaction}-0", $"{transaction}-0", "zz-1"];
        foreach (var id in others.Append($"tx-{transaction}-0").Append($"tx-{transaction}-12").Append("tx-of-no-transaction"))
        {
            Assert.That(await keeper.RetainAsync(id, "a.png", info.ETag), Is.True);
        }

        var result = await process.Transactions.RecoverAsync();

        Assert.That(result.Dropped, Is.EqualTo(2));
        Assert.That(await keeper.ListRetainedAsync(), Is.EqualTo(others.Append("tx-of-no-transaction").Order(StringComparer.Ordinal)));
    }
    [Test]
    public async Task Version_that_cannot_be_dropped_is_reported_and_the_others_are_dropped()
    {
        var clock = new TestClock();
        var hasFailed = false;
        await using var store = (TestStore)Activator.CreateInstance(kind)!;
        await using var process = new TestProcess(store, clock, fault: moment => !hasFailed && moment.Operation.Contains("drop", StringComparison.Ordinal) && (hasFailed = true) ? new StorageUnavailableException("It cannot be dropped.") : null);
        var info = await process.Storage.SaveBytesAsync("a.png", SampleImages.OfLength(300, 1));
        var keeper = process.Provider.GetAbility<IVersionKeeper>()!;
        foreach (var letter in "abc")
        {
            await keeper.RetainAsync($"tx-{new string(letter, 32)}-0", "a.png", info.ETag);
        }

        Assert.That(() => process.Transactions.RecoverAsync(), Throws.TypeOf<StorageUnavailableException>().With.Message.Contains("It cannot be dropped."));

        Assert.That(await keeper.ListRetainedAsync(), Is.EqualTo(new[] { $"tx-{new string('a', 32)}-0" }));
    }
}
