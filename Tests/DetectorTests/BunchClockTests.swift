import Detector
import Testing

@Suite("Bunch clock")
struct BunchClockTests {
  @Test("a revolution is 10.06 us, a data clock 31.4 ns, crossings are 3.93 ns apart, 2300 bunches")
  func numbers() throws {
    let clock = try DetectorModel.belle2().clock
    #expect(abs(clock.revolutionTime - 10_060) < 2)
    #expect(abs(Double(clock.bucketsPerDataClock) * clock.bucketLength - 31.44) < 0.01)
    #expect(abs(Double(clock.bunchSpacing) * clock.bucketLength - 3.93) < 0.001)
    #expect((0..<clock.bucketsPerRevolution).count { clock.isFilled($0) } == 2300)
    #expect(clock.isFilled(-clock.bucketsPerRevolution) && !clock.isFilled(1) && !clock.isFilled(-1))
  }

  @Test("the first ns of a bucket lies in it, the ns before does not, near and far from 0")
  func roundTrip() throws {
    let clock = try DetectorModel.belle2().clock
    var bucket: Int64 = 1
    while bucket < 1 << 60 {
      for place in [bucket, -bucket, bucket * 7 / 5] {
        let time = clock.time(ofBucket: place)
        #expect(clock.bucket(at: time) == place)
        #expect(clock.bucket(at: time - 1) == place - 1)
      }
      bucket *= 3
    }
    #expect(clock.bucket(at: 0) == 0 && clock.bucket(at: -1) == -1)
    for time in [Int64.min, .min + 1, .max - 1, .max] { #expect(clock.bucket(at: time).signum() == time.signum()) }
    #expect(clock.time(ofBucket: .max) == .max && clock.time(ofBucket: .min) == .min)
  }

  @Test("revolution and place in it put together give the bucket, also before the run")
  func revolutions() throws {
    let clock = try DetectorModel.belle2().clock
    for bucket: Int64 in [0, 1, 5119, 5120, -1, -5120, -5121, 123_456_789_012, .min, .max] {
      let (number, place) = clock.revolution(ofBucket: bucket)
      #expect((0..<clock.bucketsPerRevolution).contains(place))
      #expect(number &* clock.bucketsPerRevolution &+ place == bucket)
    }
    #expect(clock.dataClock(ofBucket: -1) == -1 && clock.dataClock(ofBucket: 15) == 0)
    #expect(clock.buckets(in: 1000) == 509 && clock.buckets(in: .nan) == 0 && clock.buckets(in: .infinity) > 0)
  }
}
