using ImageStorage.Hybrid.Tests.Conformance;
using ImageStorage.Hybrid.Tests.Faults;
using ImageStorage.Providers;

namespace ImageStorage.Hybrid.Tests;

/// <summary>P9: several callers, and several processes, use a new hybrid store for the first time at once. None of them is refused.</summary>
public class FirstUseTests
{
    private const int Callers = 200;
    private const int Processes = 4;

    private static IEnumerable<int> Rounds() => Enumerable.Range(1, TestLength.Of(8, 25));

    // The other caller completes its first save at each moment of the pairing and of the save in turn.
    [Test]
    public async Task First_save_of_another_caller_at_any_moment_of_the_first_save_is_no_reason_to_refuse([Values] bool inSameProcess)
    {
        for (var at = 0; ; at++)
        {
            var (world, moments) = (new HybridWorld(), new Moments());
            await using var storage = world.Storage(moments);
            await using var another = world.Storage();
            var other = inSameProcess ? storage : another;
            moments.Reached = (number, _) =>
            {
                if (number == at)
                {
                    Assert.That(other.SaveBytesAsync("other.png", HybridWorld.Large(1)).IsCompletedSuccessfully, Is.True, "The parts are in memory: the save ends at once.");
                }
            };

            Assert.That(async () => await storage.SaveBytesAsync("own.png", HybridWorld.Large(2)), Throws.Nothing, $"The other caller came at moment {at}, {moments.Names.ElementAtOrDefault(at)}.");
            if (moments.Count <= at)
            {
                Assert.That(at, Is.GreaterThan(10), "The pairing was not interrupted.");
                return;
            }

            await world.AssertSoundAsync();
            Assert.That(await storage.GetBytesAsync("other.png"), Is.EqualTo(HybridWorld.Large(1)));
        }
    }

    [Test]
    public async Task Concurrent_first_saves_of_several_processes_all_succeed([ValueSource(nameof(Rounds))] int round)
    {
        var world = new HybridWorld();
        var processes = Enumerable.Range(0, Processes).Select(_ => world.Storage()).ToList();

        await Testing.NUnit.Threads.RunAsync(Callers, caller => processes[caller % Processes].SaveBytesAsync($"{round}/{caller}.png", HybridWorld.Large(caller)));

        Assert.That((await processes[0].GetUsageAsync()).Count, Is.EqualTo(Callers));
        foreach (var process in processes)
        {
            await process.DisposeAsync();
        }

        await world.AssertSoundAsync();
    }

    [Test]
    public async Task Concurrent_first_saves_into_two_folders_all_succeed()
    {
        var (catalog, content) = (new FolderPart(), new FolderPart());
        await using (catalog)
        await using (content)
        {
            var processes = Enumerable.Range(0, Processes).Select(_ => new ImageStorageManager(new HybridImageProvider(catalog.Open(TimeProvider.System), content.Open(TimeProvider.System)))).ToList();

            await Testing.NUnit.Threads.RunAsync(Callers, caller => processes[caller % Processes].SaveBytesAsync($"{caller}.png", Testing.SampleImages.OfLength(40_000, caller)));

            Assert.That((await processes[0].GetUsageAsync()).Count, Is.EqualTo(Callers));
            foreach (var process in processes)
            {
                await process.DisposeAsync();
            }
        }
    }
}
