namespace ImageStorage.Transactions.Tests.Stores;

/// <summary>Memory that retains versions and has no atomic commits.</summary>
public sealed class KeepingMemoryStore : MemoryTestStore
{
    private protected override bool IsAtomic => false;
}
