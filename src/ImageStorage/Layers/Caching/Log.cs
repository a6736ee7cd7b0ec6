using Microsoft.Extensions.Logging;

namespace ImageStorage.Caching;

/// <summary>Log messages of the cache: event ids 110 to 119. Keys, and exceptions, whose messages name keys, only below information level.</summary>
internal static partial class Log
{
    [LoggerMessage(110, LogLevel.Warning, "The {Tier} tier of the cache cannot be used, {Reason}. Images are read past it meanwhile")]
    public static partial void CacheTierFailed(ILogger logger, string tier, string reason);

    [LoggerMessage(111, LogLevel.Debug, "The {Tier} tier of the cache failed")]
    public static partial void CacheTierFailedWith(ILogger logger, string tier, Exception exception);

    [LoggerMessage(112, LogLevel.Information, "The {Tier} tier of the cache works again")]
    public static partial void CacheTierWorks(ILogger logger, string tier);

    [LoggerMessage(113, LogLevel.Warning, "An entry of the {Tier} tier of the cache was damaged; it is dropped, and the image read anew. Further ones are only counted, in the statistics: look at the medium when there are more of them")]
    public static partial void CacheEntryDamaged(ILogger logger, string tier);

    [LoggerMessage(114, LogLevel.Warning, "Cache.Disk.SizeLimitBytes is {Limit}, and its disk has only {Available} bytes for it: it will be full before the cache is. Make the limit smaller, or use another disk")]
    public static partial void CacheLargerThanDisk(ILogger logger, long limit, long available);

    [LoggerMessage(118, LogLevel.Warning, "One entry of the distributed tier of the cache cannot be used, {Reason}. The server answers otherwise, so only that image is read past it. Further ones are only counted, in the statistics")]
    public static partial void CacheEntryFailed(ILogger logger, string reason);

    [LoggerMessage(115, LogLevel.Warning, "The cache cannot use its disk and distributed tiers, because the identity of the store cannot be read: {Reason} Images are read from the provider, and the cache asks again")]
    public static partial void CacheIdentityUnknown(ILogger logger, string reason);

    [LoggerMessage(116, LogLevel.Debug, "The identity of the store cannot be read")]
    public static partial void CacheIdentityUnknownWith(ILogger logger, Exception exception);

    [LoggerMessage(117, LogLevel.Information, "The identity of the store is known. The cache uses its disk and distributed tiers")]
    public static partial void CacheIdentityKnown(ILogger logger);
}
