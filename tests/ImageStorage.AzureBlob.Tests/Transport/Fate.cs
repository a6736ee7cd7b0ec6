namespace ImageStorage.AzureBlob.Tests.Transport;

/// <summary>Defines the outcome of one request.</summary>
public enum Fate
{
    /// <summary>The request is sent and answered.</summary>
    Pass,

    /// <summary>The request takes effect, but the response is lost.</summary>
    LoseAnswer,

    /// <summary>The request is lost.</summary>
    LoseRequest,
}
