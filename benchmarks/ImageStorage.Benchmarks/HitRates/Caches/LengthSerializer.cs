using System.Buffers;
using Microsoft.Extensions.Caching.Hybrid;

namespace ImageStorage.Benchmarks.HitRates.Caches;

/// <summary>
/// Gives HybridCache the length of a value, by the length of the serialized form. The bytes are not written, because
/// they are never read.
/// </summary>
internal sealed class LengthSerializer : IHybridCacheSerializer<CachedValue>
{
    public CachedValue Deserialize(ReadOnlySequence<byte> source) => new((int)source.Length);

    public void Serialize(CachedValue value, IBufferWriter<byte> target)
    {
        target.GetSpan(value.Length);
        target.Advance(value.Length);
    }
}
