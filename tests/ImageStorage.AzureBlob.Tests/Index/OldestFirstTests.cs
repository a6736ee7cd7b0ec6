using ImageStorage.AzureBlob.Index;
using ImageStorage.AzureBlob.Tests.Transport;
using Microsoft.Extensions.Logging.Abstractions;

namespace ImageStorage.AzureBlob.Tests.Index;

/// <summary>
/// The service lists the newest entries first. The other direction returns the same entries, for any distribution over
/// time.
/// </summary>
public class OldestFirstTests
{
    private const int Count = 700;
    private const int PageSize = 250;
    private const int MostRequests = 8;

    [TestCase("evenly")]
    [TestCase("two bursts a year apart")]
    [TestCase("many at one moment")]
    public async Task Entries_of_several_responses_are_listed_oldest_first(string distribution)
    {
        await using var store = await AzureStore.CreateAsync();
        var (index, entries) = await FillAsync(store, distribution);

        store.Transport.Clear();
        var first = await ReadAsync(index, new ImageQuery { Order = ImageOrder.CreatedAscending }, 51);
        var requests = store.Transport.Sent.Count;
        var oldest = await ReadAsync(index, new ImageQuery { Order = ImageOrder.CreatedAscending });
        var newest = await ReadAsync(index, new ImageQuery { Order = ImageOrder.CreatedDescending });
        var some = await ReadAsync(index, new ImageQuery { Order = ImageOrder.CreatedAscending, CreatedFrom = entries[Count / 3].CreatedAt, CreatedBefore = entries[Count / 2].CreatedAt });

        var expected = entries.OrderBy(entry => entry.CreatedAt).ThenBy(entry => entry.Key).ToList();
        Assert.That(first.SequenceEqual(expected.Take(first.Count)), Is.True);
        Assert.That(requests, Is.LessThanOrEqualTo(MostRequests));
        Assert.That(oldest.SequenceEqual(expected), Is.True);
        Assert.That(newest.SequenceEqual(Enumerable.Reverse(expected)), Is.True);
        Assert.That(some.SequenceEqual(expected.Where(entry => entry.CreatedAt >= entries[Count / 3].CreatedAt && entry.CreatedAt < entries[Count / 2].CreatedAt)), Is.True);
    }

    private static async Task<(CreatedIndex Index, List<IndexEntry> Entries)> FillAsync(AzureStore store, string distribution)
    {
        var index = new CreatedIndex(new BlobStore(store.OptionsOf(), NullLogger.Instance));
        var start = new DateTimeOffset(2024, 1, 1, 0, 0, 0, TimeSpan.Zero);
        var entries = Enumerable.Range(0, Count).Select(i => new IndexEntry(start + OffsetOf(distribution, i, Count), $"{i * 7919 % Count:0000}.png", (ulong)i)).ToList();
        await Parallel.ForEachAsync(entries, new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (entry, _) => await index.AddAsync(entry));
        return (index, entries);
    }

    private static TimeSpan OffsetOf(string distribution, int i, int count) => distribution switch
    {
        "evenly" => TimeSpan.FromMinutes(i * 7),
        "two bursts a year apart" => TimeSpan.FromDays(i < count / 2 ? 0 : 365) + TimeSpan.FromMilliseconds(i),
        _ => TimeSpan.FromSeconds(i < 100 ? i : i < 650 ? 1_000 : i),
    };

    private static async Task<List<IndexEntry>> ReadAsync(CreatedIndex index, ImageQuery query, int most = int.MaxValue)
    {
        var entries = new List<IndexEntry>();
        await foreach (var listed in index.EnumerateAsync(query, null, Math.Min(most, PageSize), CancellationToken.None))
        {
            entries.Add(listed.Entry);
            if (entries.Count == most)
            {
                break;
            }
        }

        return entries;
    }
}
