namespace ImageStorage.Transactions.Tests.Stores;

/// <summary>Memory without commits of several images.</summary>
public sealed class KeepingMemoryStore : MemoryStore
{
    private protected override bool IsAtomic => false;
}
