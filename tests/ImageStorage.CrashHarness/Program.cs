Console.WriteLine("ImageStorage.CrashHarness");
