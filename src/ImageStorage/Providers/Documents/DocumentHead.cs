namespace ImageStorage.Providers;

/// <summary>The format of a document of any kind and format.</summary>
internal sealed record DocumentHead
{
    public int? Format { get; init; }
}
