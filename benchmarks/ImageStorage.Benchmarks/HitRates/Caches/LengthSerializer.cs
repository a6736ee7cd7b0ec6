using System.Buffers;
using Microsoft.Extensions.Caching.Hybrid;

namespace ImageStorage.Benchmarks.HitRates.Caches;

/// <summary>Tells HybridCache how long a value is, which it takes from the serialized form; the bytes themselves are left as they are, since nobody reads them.</summary>
internal sealed class LengthSerializer : IHybridCacheSerializer<CachedValue>
{
    public CachedValue Deserialize(ReadOnlySequence<byte> source) => new((int)source.Length);

    public void Serialize(CachedValue value, IBufferWriter<byte> target)
    {
        target.GetSpan(value.Length);
        target.Advance(value.Length);
    }
}
