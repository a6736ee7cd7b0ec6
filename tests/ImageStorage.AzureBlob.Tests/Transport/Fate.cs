namespace ImageStorage.AzureBlob.Tests.Transport;

/// <summary>What becomes of one request.</summary>
public enum Fate
{
    /// <summary>It is sent, and answered.</summary>
    Pass,

    /// <summary>It is sent and has its effect, but the answer never comes.</summary>
    LoseAnswer,

    /// <summary>It never arrives.</summary>
    LoseRequest,
}
