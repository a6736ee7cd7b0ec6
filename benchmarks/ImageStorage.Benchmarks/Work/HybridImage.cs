using System.ComponentModel;

namespace ImageStorage.Benchmarks.Work;

/// <summary>Bytes that HybridCache hands out as they are: without the mark it would copy them for each hit.</summary>
[ImmutableObject(true)]
internal sealed record HybridImage(byte[] Bytes);
