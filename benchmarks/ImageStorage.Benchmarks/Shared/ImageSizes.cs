namespace ImageStorage.Benchmarks.Shared;

/// <summary>The sizes at which is measured: a thumbnail, a photo for the web, an original, and the largest that is accepted.</summary>
internal static class ImageSizes
{
    public const int Small = 16 << 10;
    public const int Medium = 200 << 10;
    public const int Large = 5 << 20;
    public const int Largest = 50 << 20;

    public static string NameOf(int length) => length < 1 << 20 ? $"{length >> 10} KB" : $"{length >> 20} MB";

    /// <summary>How often to do something that writes so many bytes before measuring: enough for the JIT's last tier, not more than 100 MB.</summary>
    public static int WarmUp(int length) => Math.Clamp((100 << 20) / length, 20, 1500);
}
