namespace ImageStorage.Tests.Caching.Sharing;

/// <summary>How a store is composed.</summary>
public enum StoreKind
{
    Plain,
    Failover,
    Mirror,
    Hybrid,
    FirstAvailable,
}
