using ImageStorage.Providers;
using ImageStorage.Testing;
using ImageStorage.Transactions.Tests.Running;
using ImageStorage.Transactions.Tests.Stores;
using Microsoft.Extensions.DependencyInjection;

namespace ImageStorage.Transactions.Tests;

/// <summary>
/// Transactions of a process whose cache still shows versions that another process has replaced: a transaction decides by
/// the current versions.
/// </summary>
internal sealed class StaleCacheTests
{
    private static readonly byte[] Old = SampleImages.OfLength(300, 1);
    private static readonly byte[] New = SampleImages.OfLength(300, 2);

    [Test]
    public async Task Steps_see_the_version_of_another_process([Values] bool isAtomic, [Values] bool isExpected, [Values("copy", "move", "delete")] string kind)
    {
        await using TestStore memory = isAtomic ? new MemoryTestStore() : new KeepingMemoryStore();
        await using var other = new ImageStorageManager(new MultiProcess(memory.Open(TimeProvider.System)));
        await using var store = await OpenCachedAsync(memory);
        var current = await other.SaveBytesAsync("a.png", New);
        var expected = isExpected ? new IfMatch(current.ETag) : null;

        await store.GetRequiredService<IImageTransactions>().ExecuteAsync([kind switch
        {
            "copy" => new CopyStep("a.png", "b.png", new CopyOptions { SourcePrecondition = expected }),
            "move" => new MoveStep("a.png", "b.png", new CopyOptions { SourcePrecondition = expected }),
            _ => new DeleteStep("a.png", new DeleteOptions { Precondition = expected }),
        }]);

        Assert.That(await other.GetBytesAsync("b.png"), kind == "delete" ? Is.Null : Is.EqualTo(New));
        Assert.That(await other.GetBytesAsync("a.png"), kind == "copy" ? Is.EqualTo(New) : Is.Null);
    }

    // A recovery that took the cached version for the current version would leave half of the transaction.
    [Test]
    public async Task Recovery_undoes_what_the_process_that_ended_has_written()
    {
        await using TestStore memory = new KeepingMemoryStore();
        var clock = new TestClock();
        await using var store = await OpenCachedAsync(memory, clock);
        await using (var ended = new TestProcess(memory, clock, fault: moment => moment.Operation == "delete document transactions" ? new ProcessEndedException() : null))
        {
            Assert.CatchAsync(() => ended.Transactions.ExecuteAsync([new SaveStep(new SaveRequest("a.png", new MemoryStream(New)))], new TransactionOptions { Retries = 0 }));
        }

        await store.GetRequiredService<IImageTransactions>().RecoverAsync();
        clock.Advance(TimeSpan.FromMinutes(10));
        await store.GetRequiredService<IImageTransactions>().RecoverAsync();

        await using var other = new ImageStorageManager(memory.Open(clock));
        Assert.That(await other.GetBytesAsync("a.png"), Is.EqualTo(Old));
    }

    private static async Task<ImageStore> OpenCachedAsync(TestStore memory, TimeProvider? clock = null)
    {
        var store = await ImageStore.OpenAsync(builder =>
        {
            builder
                .UseProvider("Memory", _ => new MultiProcess(memory.Open(clock ?? TimeProvider.System)))
                .WithCache(options => options.RevalidateAfter = Timeout.InfiniteTimeSpan)
                .WithTransactions(options => options.RecoveryInterval = null);
            if (clock is not null)
            {
                builder.Services.AddSingleton(clock);
            }
        });
        await store.Images.SaveBytesAsync("a.png", Old);
        await store.Images.GetBytesAsync("a.png");
        return store;
    }

    private sealed class MultiProcess(IImageProvider inner) : DelegatingImageProvider(inner)
    {
        public override ProviderCapabilities Capabilities => Inner.Capabilities with { MultiProcess = true };

        protected override bool PassesOn(Type ability) => true;
    }
}
