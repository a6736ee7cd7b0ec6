namespace ImageStorage.Tool.Health;

/// <summary>Names the values of a health report. docs/guide/tool.md documents the names.</summary>
internal static class HealthNames
{
    public static string Of(StorageHealthState state) => state switch
    {
        StorageHealthState.Healthy => "healthy",
        StorageHealthState.Degraded => "degraded",
        _ => "unavailable",
    };

    public static string Of(ProviderRole role) => role switch
    {
        ProviderRole.Primary => "primary",
        ProviderRole.Fallback => "fallback",
        ProviderRole.Mirror => "mirror",
        ProviderRole.Catalog => "catalog",
        ProviderRole.Content => "content",
        _ => "candidate",
    };

    public static string Of(BreakerState breaker) => breaker switch
    {
        BreakerState.Closed => "closed",
        BreakerState.HalfOpen => "half-open",
        _ => "open",
    };

    public static string Of(TransactionSupport support) => support switch
    {
        TransactionSupport.Atomic => "atomic",
        TransactionSupport.Journal => "journal",
        _ => "none",
    };

    public static string Of(FailoverState state) => state switch
    {
        FailoverState.Healthy => "healthy",
        FailoverState.Replaying => "replaying",
        _ => "failed-over",
    };
}
