namespace ImageStorage.Azurite;

/// <summary>What a <see cref="LoopbackProxy"/> does to connections.</summary>
public enum ProxyMode
{
    /// <summary>Passes all bytes on.</summary>
    Pass,

    /// <summary>Nobody listens: new connections are refused, old ones are reset.</summary>
    Refuse,

    /// <summary>New connections are accepted and reset at once, old ones are reset.</summary>
    Reset,

    /// <summary>New connections are accepted, and no byte goes through, on old ones neither.</summary>
    Stall,
}
