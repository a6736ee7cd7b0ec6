namespace ImageStorage;

/// <summary>
/// The length of tests that have a short and a long form: <c>IMAGESTORAGE_TEST_LONG=1 dotnet test</c> runs all of them
/// in full. See docs/design/testing.md.
/// </summary>
internal static class TestLength
{
    /// <summary>Gets a value that indicates whether the long forms run.</summary>
    public static bool IsLong { get; } = Environment.GetEnvironmentVariable("IMAGESTORAGE_TEST_LONG") == "1";

    /// <summary>Returns a number of rounds, or of cases from which one is taken.</summary>
    public static int Of(int shortForm, int longForm) => IsLong ? longForm : shortForm;
}
