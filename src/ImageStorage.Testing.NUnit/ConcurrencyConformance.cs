using System.Globalization;
using NUnit.Framework;

namespace ImageStorage.Testing.NUnit;

/// <summary>Tests eight threads on one store: no torn reads (P2), no lost writes, one history for each key.</summary>
/// <typeparam name="THarness">The harness that opens the provider under test.</typeparam>
[Parallelizable(ParallelScope.Self)]
public abstract class ConcurrencyConformance<THarness> : ProviderConformance<THarness>
    where THarness : ProviderHarness, new()
{
    private const int ThreadCount = 8;

    // Versions of very different lengths, so that a mixture of two versions is evident.
    private static readonly byte[][] Versions = [.. Enumerable.Range(0, 12).Select(i => Image(i, 150 + (i * i * 1_900)))];

    [Test, Description("200 calls at once may be the first use of a new store.")]
    public async Task First_calls_of_a_new_store_that_come_together_all_succeed()
    {
        const int Calls = 200;
        var calls = Enumerable.Range(0, Calls).Select(i => (i % 8) switch
        {
            0 => Provider.Documents.PutAsync($"c/{i:000}", new byte[] { 1 }),
            1 => Storage.ListAsync(new ImageQuery { Order = (ImageOrder)(i % 3) }),
            2 => Storage.GetInfoAsync($"{i}.png"),
            3 => Storage.SaveBytesAsync("one.png", Image(i)),
            4 => Storage.SaveBytesAsync($"{i}.png", Image(i, 300_000)),
            _ => (Task)Storage.SaveBytesAsync($"{i}.png", Image(i)),
        });

        await Task.WhenAll(calls.ToList());

        Assert.That((await Storage.GetUsageAsync()).Count, Is.EqualTo((Calls / 8 * 4) + 1));
        Assert.That((await Storage.ListAsync(new ImageQuery { Limit = Calls })).Items, Has.Count.EqualTo((Calls / 8 * 4) + 1));
        Assert.That(await Provider.Documents.ListAsync("c/", null, Calls), Has.Count.EqualTo(Calls / 8));
    }

    [Test, Description("P2: a reader gets all of one version, bytes and record, during concurrent writes.")]
    public async Task Reads_beside_overwrites_are_never_torn()
    {
        await SaveVersionAsync("hot.png", 0);

        await Threads.RunAsync(ThreadCount, async thread =>
        {
            for (var i = 0; i < 25; i++)
            {
                await (thread < 3 ? SaveVersionAsync("hot.png", (thread + (i * 3)) % Versions.Length) : AssertOneVersionAsync("hot.png", mayBeMissing: false));
            }
        });
    }

    [Test, Description("P2, with updates that rewrite the record while others rewrite the bytes.")]
    public async Task Reads_beside_overwrites_and_updates_are_never_torn()
    {
        await SaveVersionAsync("hot.png", 0);

        await Threads.RunAsync(ThreadCount, async thread =>
        {
            for (var i = 0; i < 20; i++)
            {
                await (thread switch
                {
                    < 2 => SaveVersionAsync("hot.png", (thread + (i * 5)) % Versions.Length),
                    < 4 => Storage.UpdateAsync("hot.png", new ImageUpdate { Tags = [$"t{thread}-{i}"] }),
                    _ => AssertOneVersionAsync("hot.png", mayBeMissing: false),
                });
            }
        });
    }

    [Test, Description("P2, with deletes: all of one version or nothing.")]
    public async Task Reads_beside_deletes_and_saves_are_never_torn() => await Threads.RunAsync(ThreadCount, async thread =>
    {
        for (var i = 0; i < 20; i++)
        {
            await (thread switch
            {
                < 2 => SaveVersionAsync("hot.png", (thread + (i * 5)) % Versions.Length),
                2 => Storage.DeleteAsync("hot.png"),
                _ => AssertOneVersionAsync("hot.png", mayBeMissing: true),
            });
        }
    });

    [Test, Description("P2, for ranges: the bytes and the info of one range belong to one version.")]
    public async Task Ranges_beside_overwrites_are_never_torn()
    {
        await SaveVersionAsync("hot.png", 5);

        await Threads.RunAsync(ThreadCount, async thread =>
        {
            for (var i = 0; i < 20; i++)
            {
                if (thread < 2)
                {
                    await SaveVersionAsync("hot.png", 3 + ((thread + i) % 9));
                    continue;
                }

                await using var part = await Storage.GetAsync("hot.png", new GetOptions { Range = new ByteRange(100 + (i * 50), 9_000) });
                using var bytes = new MemoryStream();
                await part!.Content.CopyToAsync(bytes);
                var version = Versions[VersionOf(part.Info)];
                AssertBytes(bytes.ToArray(), version.AsSpan((int)part.Range.Offset, (int)part.Range.Length), "A torn range was read.");
            }
        });
    }

    [Test]
    public async Task Saves_of_different_keys_are_all_there()
    {
        const int Each = 12;

        await Threads.RunAsync(ThreadCount, async thread =>
        {
            for (var i = 0; i < Each; i++)
            {
                await SaveAsync($"t{thread % 3}/{i % 4}/{thread}-{i}.png", (thread * Each) + i);
            }
        });

        var seen = new HashSet<ImageKey>();
        await foreach (var info in Storage.EnumerateAsync(new ImageQuery { Limit = 17 }))
        {
            Assert.That(seen.Add(info.Key), Is.True);
        }

        Assert.That(seen, Has.Count.EqualTo(ThreadCount * Each));
        for (var i = 0; i < ThreadCount * Each; i += 5)
        {
            var thread = i / Each;
            await AssertHoldsAsync($"t{thread % 3}/{i % Each % 4}/{thread}-{i % Each}.png", Image(i));
        }
    }

    // In a store with real folders, the last delete removes a folder while the next save needs the folder.
    [Test]
    public async Task Saves_and_deletes_in_one_folder_do_not_disturb_each_other()
    {
        await Threads.RunAsync(ThreadCount, async thread =>
        {
            for (var i = 0; i < 20; i++)
            {
                ImageKey key = $"shared/deep/folder/{thread}.png";
                await SaveAsync(key, thread);
                await AssertHoldsAsync(key, Image(thread));
                Assert.That(await Storage.DeleteAsync(key), Is.True);
            }
        });

        Assert.That((await Storage.GetUsageAsync()).Count, Is.Zero);
    }

    [Test]
    public async Task Keys_and_folders_of_one_name_do_not_disturb_each_other() => await Threads.RunAsync(ThreadCount, async thread =>
    {
        ImageKey[] keys = ["n", "n/n", "n/n/n", "n/n/n/n"];
        var key = keys[thread % 4];
        for (var i = 0; i < 15; i++)
        {
            await SaveVersionAsync(key, thread % 4);
            await AssertOneVersionAsync(key, mayBeMissing: true, expected: thread % 4);
            await Storage.DeleteAsync(key);
        }
    });

    [Test]
    public async Task Checks_beside_each_other_all_pass()
    {
        await Threads.RunAsync(ThreadCount, async _ =>
        {
            for (var i = 0; i < 3; i++)
            {
                await Provider.CheckAsync();
            }
        });

        Assert.That(await Provider.Documents.ListAsync("probes/"), Is.Empty);
    }

    [Test]
    public async Task Listing_and_usage_beside_writers_do_not_fail() => await Threads.RunAsync(ThreadCount, async thread =>
    {
        for (var i = 0; i < 15; i++)
        {
            if (thread < 4)
            {
                ImageKey key = $"w/{thread}-{i % 4}.png";
                await SaveAsync(key, i);
                await (i % 3 == 2 ? Storage.DeleteAsync(key) : (Task)Storage.UpdateAsync(key, new ImageUpdate { Tags = ["w"] }));
            }
            else
            {
                var page = await Storage.ListAsync(new ImageQuery { Order = (ImageOrder)(i % 3), Tag = i % 2 == 0 ? "w" : null });
                Assert.That(page.Items.Select(info => info.Key), Is.Unique);
                Assert.That((await Storage.GetUsageAsync()).Count, Is.InRange(0, 16));
            }
        }
    });

    [TestCase(1)]
    [TestCase(2)]
    [TestCase(3)]
    [Description("P1 and P2 as one: each key has one history in which every acknowledged write happened at one moment of its call.")]
    public async Task Operations_on_one_key_are_linearizable(int seed)
    {
        var history = new KeyHistory();
        var nextValue = 0;

        await Threads.RunAsync(ThreadCount, async thread =>
        {
            var random = new Random((seed * 1_000) + thread);
            for (var i = 0; i < 20; i++)
            {
                await (random.Next(10) switch
                {
                    < 3 => WriteAsync(history, Interlocked.Increment(ref nextValue)),
                    < 4 => history.WriteAsync(null, async () => await Storage.DeleteAsync("line.png")),
                    _ => history.ReadAsync(ReadValueAsync),
                });
            }
        });
        await history.ReadAsync(ReadValueAsync);

        Assert.That(history.Violations(), Is.Empty);
    }

    private Task WriteAsync(KeyHistory history, int value) => history.WriteAsync(
        value,
        () => Storage.SaveBytesAsync("line.png", Image(value, 200 + (value * 37 % 5_000)), new SaveOptions { FileName = $"{value}.png" }));

    private async Task<int?> ReadValueAsync()
    {
        await using var image = await Storage.GetAsync("line.png");
        if (image is null)
        {
            return null;
        }

        var value = int.Parse(image.Info.FileName!.AsSpan(0, image.Info.FileName!.Length - 4), CultureInfo.InvariantCulture);
        using var bytes = new MemoryStream();
        await image.Content.CopyToAsync(bytes);
        AssertBytes(bytes.ToArray(), Image(value, 200 + (value * 37 % 5_000)), "Record and bytes are of different versions.");
        return value;
    }

    private Task<ImageInfo> SaveVersionAsync(ImageKey key, int version) =>
        Storage.SaveBytesAsync(key, Versions[version], new SaveOptions { Metadata = new Dictionary<string, string> { ["version"] = $"{version}" } });

    private static int VersionOf(ImageInfo info) => int.Parse(info.Metadata["version"], CultureInfo.InvariantCulture);

    private async Task AssertOneVersionAsync(ImageKey key, bool mayBeMissing, int? expected = null)
    {
        await using var image = await Storage.GetAsync(key);
        if (image is null)
        {
            Assert.That(mayBeMissing, Is.True, "An image that is only overwritten was not found.");
            return;
        }

        using var bytes = new MemoryStream();
        await image.Content.CopyToAsync(bytes);
        var version = VersionOf(image.Info);
        Assert.That(expected ?? version, Is.EqualTo(version));
        Assert.That(image.Info.Length, Is.EqualTo(Versions[version].Length), "Metadata and length are of different versions.");
        AssertBytes(bytes.ToArray(), Versions[version], "A torn image was read.");
    }
}
