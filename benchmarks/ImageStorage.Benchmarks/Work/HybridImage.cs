using System.ComponentModel;

namespace ImageStorage.Benchmarks.Work;

/// <summary>Bytes that HybridCache returns without a copy, because the type is marked as immutable.</summary>
[ImmutableObject(true)]
internal sealed record HybridImage(byte[] Bytes);
