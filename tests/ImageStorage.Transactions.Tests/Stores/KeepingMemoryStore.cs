namespace ImageStorage.Transactions.Tests.Stores;

/// <summary>Memory without commits of several images.</summary>
public sealed class KeepingMemoryStore : MemoryTestStore
{
    private protected override bool IsAtomic => false;
}
