namespace ImageStorage.Azurite;

/// <summary>Defines the directions of bytes through a <see cref="LoopbackProxy"/>.</summary>
public enum ProxyDirection
{
    /// <summary>From the client to the server.</summary>
    Request,

    /// <summary>From the server to the client.</summary>
    Response,
}
