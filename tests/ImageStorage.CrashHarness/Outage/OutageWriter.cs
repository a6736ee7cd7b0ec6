using System.Diagnostics;
using ImageStorage.CrashHarness.Workload;

namespace ImageStorage.CrashHarness.Outage;

/// <summary>
/// Saves, overwrites and sometimes deletes its own images continuously, and records the acknowledgements.
/// </summary>
internal sealed class OutageWriter(IImageStorage images, IReadOnlyList<TrackedImage> own, OutageClock outages, OutageTally tally, Random random)
{
    // A steady application rather than a flood, so that the measured pauses are those of the store.
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(15);

    public async Task RunAsync(CancellationToken stopping)
    {
        using var pace = new PeriodicTimer(Pace);
        while (!stopping.IsCancellationRequested)
        {
            await WriteAsync(own[random.Next(own.Count)]);
            await pace.WaitForNextTickAsync(CancellationToken.None);
        }
    }

    private async Task WriteAsync(TrackedImage image)
    {
        var (changes, start) = (outages.Changes, Stopwatch.GetTimestamp());
        var isSave = random.Next(20) > 0;
        var version = image.Begin(isSave);
        try
        {
            await (isSave ? SaveAsync(image, version) : images.DeleteAsync(image.Key));
            image.Acknowledge(version);
            tally.Saved(Stopwatch.GetElapsedTime(start), outages.OverlapsSince(changes));
        }
        catch (StorageUnavailableException exception)
        {
            tally.SaveFailed(Stopwatch.GetElapsedTime(start), outages.OverlapsSince(changes), exception.Message.Replace(image.Key.Value, "KEY", StringComparison.Ordinal));
            if (!outages.IsFeltSince(changes))
            {
                tally.Violate($"image '{image.Key}' was not saved though there was no outage: {exception.Message}");
            }
        }
        catch (ImageStorageException exception)
        {
            tally.Violate($"a write of image '{image.Key}' ended with {exception.GetType().Name}: {exception.Message}");
        }
    }

    private async Task SaveAsync(TrackedImage image, int version)
    {
        // Most saves take one request, some are staged in blocks. Every third source can be read only once.
        var content = TrackedImage.ContentOf(version, random.Next(40) == 0 ? random.Next(600_000, 2_500_000) : null);
        var bytes = new MemoryStream(SelfDescribing.Image(content, image.Key.Value), writable: false);
        await using Stream source = random.Next(3) == 0 ? new OnceStream(bytes) : bytes;
        await images.SaveAsync(image.Key, source, new SaveOptions { Metadata = MetadataOf(content) });
    }

    private static Dictionary<string, string> MetadataOf(string content) => new(StringComparer.Ordinal) { [SelfDescribing.ContentName] = content };
}
