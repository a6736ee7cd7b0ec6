namespace ImageStorage.Azurite;

/// <summary>Defines the modes of a <see cref="LoopbackProxy"/>.</summary>
public enum ProxyMode
{
    /// <summary>Passes all bytes.</summary>
    Pass,

    /// <summary>Refuses new connections and resets open connections.</summary>
    Refuse,

    /// <summary>Accepts and resets new connections, and resets open connections.</summary>
    Reset,

    /// <summary>Accepts new connections, and passes no byte on any connection.</summary>
    Stall,
}
