using ImageStorage;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace FeatureTour;

/// <summary>A program that uses every feature of a store. Its usings are those that an application needs: one of ImageStorage, beside those of a host.</summary>
internal static class Tour
{
    public static async Task<Result> RunAsync(IConfiguration configuration, Stream upload, byte[] picture)
    {
        // A store by configuration, with a fallback, and a cache and transactions by code.
        var events = new List<StorageEvent>();
        var builder = new HostApplicationBuilder();
        builder.Services.AddImageStorage(configuration).AddFileSystemProvider().WithCache(cache => cache.Memory.Eviction = EvictionPolicy.LeastRecentlyUsed).WithTransactions();
        builder.Services.AddHealthChecks().AddImageStorage();
        using var host = builder.Build();
        await host.StartAsync();
        using var subscription = host.Services.GetRequiredService<IStorageEvents>().Subscribe(events.Add);

        // Images.
        var images = host.Services.GetRequiredService<IImageStorage>();
        var saved = await images.SaveAsync("cats/tom.png", upload, new SaveOptions { Precondition = IfNoneMatch.Any, Tags = ["cat"] });
        await images.UpdateAsync("cats/tom.png", new ImageUpdate { Tags = ["cat", "tom"], Precondition = new IfMatch(saved.ETag) });
        await images.SaveManyAsync([new SaveRequest("cats/lily.png", new MemoryStream(picture))], new BatchOptions { MaxConcurrency = 2 });

        // Transactions and history.
        var transactions = host.Services.GetRequiredService<IImageTransactions>();
        TransactionResult result = await transactions.ExecuteAsync(tx =>
        {
            tx.Save("cats/kit.png", new MemoryStream(picture));
            tx.Append(new HistoryEntry { Mode = "upload", Keys = ["cats/kit.png"] });
            return Task.CompletedTask;
        });
        HistoryPage history = await host.Services.GetRequiredService<IImageHistory>().ListAsync(new HistoryQuery { Limit = 10 });

        // Listing and clean-up.
        ImagePage newest = await images.ListAsync(new ImageQuery { Order = ImageOrder.CreatedDescending, Limit = 2 });
        CleanupResult preview = await images.CleanupAsync(new CleanupOptions { MaxCount = 1, DryRun = true });

        // Operation: cache, failover, health.
        CacheStatistics cache = host.Services.GetRequiredService<IImageCache>().GetStatistics();
        FailoverStatus failover = await host.Services.GetRequiredService<IStorageFailover>().GetStatusAsync();
        StorageHealthReport health = await host.Services.GetRequiredService<IStorageHealth>().GetReportAsync();
        try
        {
            await images.SaveAsync("cats/tom.png", new MemoryStream(picture), new SaveOptions { Precondition = IfNoneMatch.Any });
        }
        catch (ImageConflictException conflict)
        {
            await host.StopAsync();
            return new Result(saved, result, history, newest, preview, cache, failover.State, health.State, conflict.CurrentETag);
        }

        throw new InvalidOperationException("The second save of an image that exists did not conflict.");
    }

    public sealed record Result(
        ImageInfo Saved, TransactionResult Transaction, HistoryPage History, ImagePage Newest, CleanupResult Preview, CacheStatistics Cache, FailoverState Failover, StorageHealthState Health, ImageETag? CurrentETag);
}
