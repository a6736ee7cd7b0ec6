namespace ImageStorage.Samples.Tests.Snippets;

public sealed record UploadRefused : StorageEvent
{
    public required string User { get; init; }

    public required string Reason { get; init; }
}
