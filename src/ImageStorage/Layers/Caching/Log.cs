using Microsoft.Extensions.Logging;

namespace ImageStorage.Caching;

/// <summary>Log messages of the cache, event ids 110 to 119. Keys and exceptions are logged at debug level only.</summary>
internal static partial class Log
{
    [LoggerMessage(110, LogLevel.Warning, "The {Tier} tier of the cache cannot be used: {Reason}. Images are read past the tier in the meantime")]
    public static partial void CacheTierFailed(ILogger logger, string tier, string reason);

    [LoggerMessage(111, LogLevel.Debug, "The {Tier} tier of the cache failed")]
    public static partial void CacheTierFailedWith(ILogger logger, string tier, Exception exception);

    [LoggerMessage(112, LogLevel.Information, "The {Tier} tier of the cache works again")]
    public static partial void CacheTierWorks(ILogger logger, string tier);

    [LoggerMessage(113, LogLevel.Warning, "An entry of the {Tier} tier of the cache is damaged. The entry is dropped, and the image is read again. Further damaged entries are only counted in the statistics; check the medium if there are many")]
    public static partial void CacheEntryDamaged(ILogger logger, string tier);

    [LoggerMessage(114, LogLevel.Warning, "Cache.Disk.SizeLimitBytes is {Limit}, but the disk has only {Available} bytes for the cache: the disk will be full before the cache is. Reduce the limit, or use another disk")]
    public static partial void CacheLargerThanDisk(ILogger logger, long limit, long available);

    [LoggerMessage(118, LogLevel.Warning, "An entry of the distributed tier of the cache cannot be used: {Reason}. The server works otherwise, so only this image is read past the tier. Further failed entries are only counted in the statistics")]
    public static partial void CacheEntryFailed(ILogger logger, string reason);

    [LoggerMessage(115, LogLevel.Warning, "The cache cannot use its disk and distributed tiers, because the identity of the store cannot be read: {Reason} Images are read from the provider, and the cache tries again")]
    public static partial void CacheIdentityUnknown(ILogger logger, string reason);

    [LoggerMessage(116, LogLevel.Debug, "The identity of the store cannot be read")]
    public static partial void CacheIdentityUnknownWith(ILogger logger, Exception exception);

    [LoggerMessage(117, LogLevel.Information, "The identity of the store is known. The cache uses its disk and distributed tiers")]
    public static partial void CacheIdentityKnown(ILogger logger);
}
