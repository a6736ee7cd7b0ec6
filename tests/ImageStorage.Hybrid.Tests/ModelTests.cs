using CsCheck;
using ImageStorage.Hybrid.Tests.Faults;

namespace ImageStorage.Hybrid.Tests;

/// <summary>
/// Random operations on a hybrid store, with faults and ends of the process in between, against a dictionary. A failure prints
/// the shortest sequence found and its seed; IMAGESTORAGE_TEST_SEED repeats it.
/// </summary>
public class ModelTests
{
    private const int Keys = 3;

    // The operation, the key, the content, and the moment of the fault (most often none).
    private static readonly Gen<(int Act, int Key, int Seed, int Moment, bool Ends)> Steps =
        Gen.Select(Gen.Int[0, 7], Gen.Int[0, Keys - 1], Gen.Int[0, 500], Gen.Int[-12, 9], Gen.Bool);

    [Test]
    public async Task Store_is_what_the_model_says_whatever_happens() => await Steps.Array[1, 25].SampleAsync(
        RunAsync,
        writeLine: TestContext.Out.WriteLine,
        seed: Environment.GetEnvironmentVariable("IMAGESTORAGE_TEST_SEED"),
        iter: 1_500,
        threads: 1);

    private static async Task RunAsync((int Act, int Key, int Seed, int Moment, bool Ends)[] steps)
    {
        var world = new HybridWorld();
        var model = new byte[]?[Keys];
        foreach (var step in steps)
        {
            ImageKey key = $"{step.Key}.png";
            var wanted = step.Act switch { 0 or 1 => HybridWorld.Large(step.Seed), 2 or 3 => HybridWorld.Small(step.Seed), 4 => null, _ => model[step.Key] };
            var acknowledged = await DoAsync(world, step, key, wanted);
            await using var storage = world.Storage();
            var actual = await storage.GetBytesAsync(key);
            Assert.That(Same(actual, wanted) || (!acknowledged && Same(actual, model[step.Key])), Is.True, $"{step}: neither old nor new, or acknowledged and not there.");
            model[step.Key] = actual;
            for (var i = 0; i < Keys; i++)
            {
                Assert.That(Same(await storage.GetBytesAsync($"{i}.png"), model[i]), Is.True, $"{step}: {i}.png has changed.");
            }
        }

        await world.AssertSoundAsync();
    }

    private static async Task<bool> DoAsync(HybridWorld world, (int Act, int Key, int Seed, int Moment, bool Ends) step, ImageKey key, byte[]? wanted)
    {
        var moments = new Moments
        {
            Reached = (at, _) =>
            {
                if (step.Moment >= 0 && (at == step.Moment || (step.Ends && at > step.Moment)))
                {
                    throw step.Ends ? new ProcessEndedException() : new StorageUnavailableException("The line is dead.") { Provider = "Part" };
                }
            },
        };
        await using var storage = world.Storage(moments);
        try
        {
            switch (step.Act)
            {
                case <= 3:
                    await storage.SaveBytesAsync(key, wanted!);
                    return true;
                case 4:
                    await storage.DeleteAsync(key);
                    return true;
                case 5:
                    await storage.UpdateAsync(key, new ImageUpdate { Tags = [$"{step.Seed}"] });
                    return true;
                case 6:
                    world.Clock.Advance(TimeSpan.FromHours(step.Seed / 10));
                    return true;
                default:
                    await using (var provider = world.Open(moments))
                    {
                        await provider.SweepAsync();
                    }

                    return true;
            }
        }
        catch (Exception exception) when (exception is ImageStorageException or ProcessEndedException)
        {
            return false;
        }
    }

    private static bool Same(byte[]? one, byte[]? other) => one is null || other is null ? one is null && other is null : one.AsSpan().SequenceEqual(other);
}
