using ImageStorage.Testing;
using ImageStorage.Transactions.Tests.Running;
using ImageStorage.Transactions.Tests.Stores;
using Microsoft.Extensions.Time.Testing;

namespace ImageStorage.Transactions.Tests;

/// <summary>A move that does not end in its time limit.</summary>
internal sealed class MoveTimeoutTests
{
    [Test]
    public async Task Move_that_takes_too_long_is_rolled_back_and_the_provider_is_unavailable([Values] bool isAtomic)
    {
        await using TestStore memory = isAtomic ? new MemoryTestStore() : new KeepingMemoryStore();
        var timers = new FakeTimeProvider();
        await using var process = new TestProcess(
            memory,
            new TestClock(),
            fault: moment =>
            {
                if (moment is { HasTakenEffect: true, Operation: "copy b.png" or "prepare b.png" })
                {
                    timers.Advance(TimeSpan.FromHours(2));
                }

                return null;
            },
            timers: timers);
        await process.Storage.SaveBytesAsync("a.png", SampleImages.OfLength(300, 1));
        var before = await StoreState.DescribeAsync(process);

        var failure = Assert.ThrowsAsync<StorageUnavailableException>(() => process.Storage.MoveAsync("a.png", "b.png"));

        Assert.That(failure!.Message, Does.Contain("'a.png'").And.Contain("'b.png'").And.Contain("60 minutes").And.Contain("nothing was changed"));
        Assert.That(await StoreState.DescribeAsync(process), Is.EqualTo(before));
    }
}
