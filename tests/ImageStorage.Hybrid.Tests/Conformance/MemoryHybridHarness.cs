namespace ImageStorage.Hybrid.Tests.Conformance;

/// <summary>Memory beside memory; nothing can be damaged there.</summary>
public abstract class MemoryHybridHarness(long inlineLimit) : HybridHarness(new MemoryHalf(), new MemoryHalf(), inlineLimit)
{
    private protected override Task<ContentReference?> FindReferenceAsync(ImageKey key) => throw new NotSupportedException();
}
