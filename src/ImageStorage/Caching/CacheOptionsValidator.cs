using System.Globalization;
using Microsoft.Extensions.Options;

namespace ImageStorage.Caching;

/// <summary>Checks the options of a cache; each message names the setting, its value and the remedy.</summary>
internal sealed class CacheOptionsValidator : IValidateOptions<CacheOptions>
{
    private const long LeastMemory = 64L << 10;

    // The memory is divided into units of 1 KiB when the cache is made, with nine bytes of bookkeeping each.
    private const long MostMemory = 64L << 30;

    public ValidateOptionsResult Validate(string? name, CacheOptions options) =>
        Failures(options).ToList() is { Count: > 0 } failures ? ValidateOptionsResult.Fail(failures) : ValidateOptionsResult.Success;

    public static void ThrowIfInvalid(CacheOptions options)
    {
        if (Failures(options).ToList() is { Count: > 0 } failures)
        {
            throw new OptionsValidationException(nameof(CacheOptions), typeof(CacheOptions), failures);
        }
    }

    private static IEnumerable<string> Failures(CacheOptions options)
    {
        var memory = options.Memory;
        if (memory.SizeLimitBytes is < LeastMemory or > MostMemory)
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"Cache.Memory.SizeLimitBytes is {memory.SizeLimitBytes}: set it to the most bytes of images to keep in memory, {LeastMemory} to {MostMemory}, or leave the cache out.");
        }

        if (memory.MaxItemBytes is { } most && (most < 1 || most > memory.SizeLimitBytes))
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"Cache.Memory.MaxItemBytes is {most}: set it to 1 to Cache.Memory.SizeLimitBytes ({memory.SizeLimitBytes}), or to nothing for a tenth of that.");
        }

        if (!Enum.IsDefined(memory.Eviction))
        {
            yield return $"Cache.Memory.Eviction is {memory.Eviction}: set it to {string.Join(" or ", Enum.GetNames<EvictionPolicy>())}.";
        }

        if (!Enum.IsDefined(memory.Store))
        {
            yield return $"Cache.Memory.Store is {memory.Store}: set it to {string.Join(" or ", Enum.GetNames<MemoryStore>())}.";
        }

        if (options.Expiration <= TimeSpan.Zero)
        {
            yield return $"Cache.Expiration is {options.Expiration}: set it to how long an image may stay in the cache, more than zero.";
        }

        if (options.RevalidateAfter < TimeSpan.Zero && options.RevalidateAfter != Timeout.InfiniteTimeSpan)
        {
            yield return $"Cache.RevalidateAfter is {options.RevalidateAfter}: set it to zero or more, or to {Timeout.InfiniteTimeSpan} for never.";
        }
    }
}
