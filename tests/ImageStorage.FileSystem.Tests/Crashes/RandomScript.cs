using ImageStorage.FileSystem.Tests.Simulation;
using ImageStorage.Providers;
using ImageStorage.Testing;

namespace ImageStorage.FileSystem.Tests.Crashes;

/// <summary>
/// A writer that performs random operations on the keys below one prefix, and records after each the state of its part
/// of the store.
/// </summary>
internal sealed class RandomScript(string prefix, int seed, InMemoryVolume volume, ManualClock clock)
{
    private static readonly string LongName = new('é', 70);
    private readonly Random _random = new(seed);
    private readonly List<string> _states = [];
    private readonly List<string> _done = [];
    private int _begun;

    /// <summary>Gets the prefix of all keys.</summary>
    public string Prefix => prefix;

    /// <summary>
    /// Gets the number of acknowledged operations, including the initial state. Read it before the volume.
    /// </summary>
    public int Acknowledged => Volatile.Read(ref _begun);

    /// <summary>Gets the states before the first operation and after each.</summary>
    public IReadOnlyList<string> States => _states;

    public IReadOnlyList<string> Done => _done;

    public async Task RunAsync(IImageProvider provider, int length, bool describeOnCopies)
    {
        var storage = new ImageStorageManager(provider);
        await RecordStateAsync(describeOnCopies);
        for (var i = 0; i < length; i++)
        {
            Volatile.Write(ref _begun, i);
            clock.Advance(RandomPause());
            _done.Add(await ActAsync(storage, provider, i));
            await RecordStateAsync(describeOnCopies);
            Volatile.Write(ref _begun, i + 1);
        }
    }

    /// <summary>
    /// Returns whether the store may show this state if it was lost during, or right after, the operation of this
    /// number.
    /// </summary>
    public bool Explains(string description, int stage) =>
        description == _states[stage] || (stage + 1 < _states.Count && description == _states[stage + 1]);

    // No other writer touches this part, so it can be described at any time. Describing a copy adds no call to the
    // volume.
    private async Task RecordStateAsync(bool onCopy) => _states.Add(await StoreCheck.DescribeAsync(onCopy ? volume.Copy() : volume, clock, prefix));

    // From ticks to days: entries are marked as stale after ten minutes, and their folders are removed after a day.
    private TimeSpan RandomPause() => _random.Next(4) switch
    {
        0 => TimeSpan.Zero,
        1 => TimeSpan.FromTicks(1),
        2 => TimeSpan.FromMinutes(_random.Next(30)),
        _ => TimeSpan.FromHours(_random.Next(60)),
    };

    private async Task<string> ActAsync(ImageStorageManager storage, IImageProvider provider, int number)
    {
        ImageKey key = prefix + _random.Next(5) switch { 0 => "a.png", 1 => "folder/b.png", 2 => "folder/deeper/c", 3 => LongName + "/d.png", _ => "E.png" };
        var document = $"{StoreCheck.Collection}{prefix}{_random.Next(2)}";
        var metadata = new Dictionary<string, string> { ["act"] = $"{number}" };
        switch (_random.Next(12))
        {
            case 0 or 1 or 2:
                await storage.SaveBytesAsync(key, Pictures.Of(300 + (100 * _random.Next(20)), _random.Next(5)), new SaveOptions { Metadata = metadata });
                return $"save {key}";
            case 3:
                await storage.SaveBytesAsync(key, Pictures.Of(300_000, _random.Next(3)), new SaveOptions { Metadata = metadata });
                return $"save large {key}";
            case 4:
                var created = clock.Now - TimeSpan.FromDays(_random.Next(1, 4));
                await storage.SaveBytesAsync(key, Pictures.Of(700, _random.Next(5)), new SaveOptions { Metadata = metadata, CreatedAt = created });
                return $"save {key} as of {created:o}";
            case 5:
                await provider.UpdateAsync(key, new RecordUpdate { Tags = [$"t{number}"] });
                return $"update {key}";
            case 6 or 7:
                await storage.DeleteAsync(key);
                return $"delete {key}";
            case 10 or 11:
                var isCopied = await provider.GetInfoAsync(key) is not null;
                if (isCopied)
                {
                    await storage.CopyAsync(key, $"{prefix}copies/{_random.Next(3)}.png");
                }

                return isCopied ? $"copy {key}" : "copy of nothing";
            case 8:
                await provider.Documents.PutAsync(document, BitConverter.GetBytes(_random.Next()));
                return $"put {document}";
            default:
                await provider.Documents.DeleteAsync(document);
                _ = await storage.ListAsync(new ImageQuery { Order = ImageOrder.CreatedAscending });
                return $"delete {document}, list";
        }
    }
}
