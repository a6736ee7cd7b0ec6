using System.Globalization;
using ImageStorage.Coordination.Jobs;
using ImageStorage.CrashHarness.Stores;
using ImageStorage.CrashHarness.Workload;
using Microsoft.Extensions.DependencyInjection;

namespace ImageStorage.CrashHarness.Jobs;

/// <summary>
/// The store of the campaign: images with the number of jobs that have stamped them, and the last of these jobs. A job
/// stamps each image that it has not stamped, on condition of the version that it has judged.
/// </summary>
internal static class StampedImages
{
    public const int Count = 24;
    public const string Counter = "stamped";

    /// <summary>Longer than a pause of a busy machine, so that few processes lose their lease while they work.</summary>
    public static readonly TimeSpan Lease = TimeSpan.FromSeconds(1.5);

    private const string StampsName = "stamps";
    private const int First = 1;
    private const string JobName = "job";

    /// <summary>Opens the store, with a short lease.</summary>
    public static OpenStore Open(string uri) => new(uri, builder => builder.Services.AddKeyedSingleton(builder.Name, new JobOptions { LeaseDuration = Lease }));

    /// <summary>Returns the kind of the jobs of a round: each round has one job.</summary>
    public static string KindOf(int round) => string.Create(CultureInfo.InvariantCulture, $"stamp-{round}");

    /// <summary>Returns the id of the job of a round.</summary>
    public static string IdOf(int round) => JobId.Of(KindOf(round), First);

    public static ImageKey KeyOf(int item) => string.Create(CultureInfo.InvariantCulture, $"stamped/{item:D4}.png");

    /// <summary>Saves the images. Returns whether several processes may open the store.</summary>
    public static async Task<bool> CreateAsync(string uri)
    {
        using var store = Open(uri);
        for (var item = 0; item < Count; item++)
        {
            await store.Images.SaveBytesAsync(KeyOf(item), SelfDescribing.Image("0-0-0~5000", KeyOf(item).Value));
        }

        return store.Provider.Capabilities.MultiProcess;
    }

    /// <summary>Stamps an image, if the job has not stamped it. Returns whether the image was changed.</summary>
    public static async Task<bool> StampAsync(IImageStorage images, ImageKey key, string job)
    {
        var info = await images.GetInfoAsync(key) ?? throw new InvalidOperationException($"'{key}' is missing.");
        if (info.Metadata.GetValueOrDefault(JobName) == job)
        {
            return false;
        }

        var stamps = int.Parse(info.Metadata.GetValueOrDefault(StampsName) ?? "0", CultureInfo.InvariantCulture) + 1;
        try
        {
            await images.UpdateAsync(key, new ImageUpdate
            {
                Metadata = new Dictionary<string, string> { [StampsName] = stamps.ToString(CultureInfo.InvariantCulture), [JobName] = job },
                Precondition = new IfMatch(info.ETag),
            });
            return true;
        }
        catch (ImageConflictException)
        {
            // The next owner of the job has stamped the image since it was judged.
            return false;
        }
    }

    /// <summary>Checks the images and the job of a round after the job's end. Returns the violations.</summary>
    public static async Task<IReadOnlyList<string>> CheckAsync(string uri, int round)
    {
        var violations = new List<string>();
        using var store = Open(uri);
        var (id, jobs) = (IdOf(round), round + 1);
        for (var item = 0; item < Count; item++)
        {
            var metadata = (await store.Images.GetInfoAsync(KeyOf(item)))?.Metadata;
            var (stamps, job) = (metadata?.GetValueOrDefault(StampsName), metadata?.GetValueOrDefault(JobName));
            if (stamps != jobs.ToString(CultureInfo.InvariantCulture) || job != id)
            {
                violations.Add($"'{KeyOf(item)}' has {stamps ?? "no"} stamps, the last by {job ?? "no job"}, instead of {jobs}, the last by {id}");
            }
        }

        var ended = await store.Services.GetRequiredService<IStorageJobs>().GetAsync(id);
        if (ended is not { State: StorageJobState.Completed } || ended.After != KeyOf(Count - 1).Value || ended.Counters.GetValueOrDefault(Counter) != Count)
        {
            violations.Add($"the job is {ended?.ToString() ?? "missing"} instead of complete");
        }

        return violations;
    }
}
