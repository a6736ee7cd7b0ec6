namespace ImageStorage.Benchmarks.Shared;

/// <summary>
/// The measured sizes: a thumbnail, a photo for the web, an original, and the largest accepted image.
/// </summary>
internal static class ImageSizes
{
    public const int Small = 16 << 10;
    public const int Medium = 200 << 10;
    public const int Large = 5 << 20;
    public const int Largest = 50 << 20;

    public static string NameOf(int length) => length < 1 << 20 ? $"{length >> 10} KB" : $"{length >> 20} MB";

    /// <summary>
    /// Returns the number of warm-up operations that write so many bytes each: enough for the last tier of the JIT, at
    /// most 100 MB.
    /// </summary>
    public static int WarmUp(int length) => Math.Clamp((100 << 20) / length, 20, 1500);
}
