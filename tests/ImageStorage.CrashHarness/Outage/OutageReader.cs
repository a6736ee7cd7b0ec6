using System.Diagnostics;
using ImageStorage.CrashHarness.Workload;

namespace ImageStorage.CrashHarness.Outage;

/// <summary>
/// Reads acknowledged images continuously and checks every byte. An image of the primary alone is unavailable during an
/// outage. The reader then finds the image on the primary, without the proxy.
/// </summary>
internal sealed class OutageReader(IImageStorage images, IImageStorage primary, IReadOnlyList<TrackedImage> all, OutageClock outages, OutageTally tally, Random random)
{
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(10);

    public async Task RunAsync(CancellationToken stopping)
    {
        using var pace = new PeriodicTimer(Pace);
        while (!stopping.IsCancellationRequested)
        {
            await LookAsync(all[random.Next(all.Count)]);
            await pace.WaitForNextTickAsync(CancellationToken.None);
        }
    }

    /// <summary>Checks an image, and records a violation.</summary>
    private async Task LookAsync(TrackedImage image)
    {
        var (changes, start) = (outages.Changes, Stopwatch.GetTimestamp());
        try
        {
            await CheckAsync(images, image, tally);
            tally.WasRead(Stopwatch.GetElapsedTime(start));
        }
        catch (StorageUnavailableException exception)
        {
            if (!outages.IsFeltSince(changes))
            {
                tally.Violate($"image '{image.Key}' was unavailable though there was no outage: {exception.Message}");
            }

            tally.WasUnavailable(Stopwatch.GetElapsedTime(start));
            await CheckAsync(primary, image, tally);
        }
    }

    /// <summary>Reads one image and checks its version and bytes.</summary>
    public static async Task CheckAsync(IImageStorage images, TrackedImage image, OutageTally tally)
    {
        var acknowledged = image.Acknowledged;
        try
        {
            await using var found = await images.GetAsync(image.Key);
            var content = found?.Info.Metadata.GetValueOrDefault(SelfDescribing.ContentName, "0");
            if (image.Judge(acknowledged, content) is { } wrong)
            {
                tally.Violate(wrong);
            }
            else if (found is not null && !await IsAsync(found, SelfDescribing.Image(content!, image.Key.Value)))
            {
                tally.Violate($"image '{image.Key}' has other bytes than those of version {content}, which its record names");
            }
        }
        catch (ImageStorageException exception) when (exception is not StorageUnavailableException)
        {
            tally.Violate($"a read of image '{image.Key}' ended with {exception.GetType().Name}: {exception.Message}");
        }
    }

    private static async Task<bool> IsAsync(StoredImage found, byte[] expected)
    {
        using var bytes = new MemoryStream(expected.Length);
        await found.Content.CopyToAsync(bytes);
        return bytes.GetBuffer().AsSpan(0, (int)bytes.Length).SequenceEqual(expected);
    }
}
